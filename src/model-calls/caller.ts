/** What a model is asked for. */
export type ModelPurpose =
  | 'answer'
  | 'notes'
  | 'question-embedding'
  | 'embedding'
  | 'measurement'
  | 'enhancement'
  | 'transcription';

/** Who asks a model, and for what. */
export type ModelCaller = {
  /** Null where the operator's own work asks, such as a switch of the embedding model. */
  userId: string | null;
  purpose: ModelPurpose;
  /** The answer that is being written. */
  messageId?: string | undefined;
};

/** The attempt of a job that calls are made for. */
export type CallingRun = {
  runId: string;
  /** Ends the provider's requests too. */
  signal: AbortSignal;
};
