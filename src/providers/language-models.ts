/** One turn of what a model is told. */
export type ModelTurn = { role: 'system' | 'user' | 'assistant'; content: string };

export type ModelRequest = {
  turns: readonly ModelTurn[];
  /** The longest answer, in tokens. */
  maxTokens: number;
  /** Ends the provider's request too. */
  signal: AbortSignal;
};

/** How a model ended, and what it cost; tokens as the provider counts them, else as we estimate. */
export type ModelEnd = {
  finishReason: 'stop' | 'length' | 'content_filter';
  promptTokens: number;
  completionTokens: number;
};

/** A language model that an administrator allows. */
export interface LanguageModel {
  /** As callers name it, and as answers are marked. */
  readonly id: string;
  /** The implementation, such as `openai-compatible`. */
  readonly provider: string;
  /** How many tokens a request and its answer may have together. */
  readonly contextTokens: number;
  /**
   * Writes text, in pieces as they come.
   *
   * @returns by `return`, how it ended
   * @throws AppError `model_failed`, `model_timeout` or `model_unavailable`, also in the middle of the text; the
   *   signal's reason once it is aborted
   */
  generate(request: ModelRequest): AsyncGenerator<string, ModelEnd>;
}
