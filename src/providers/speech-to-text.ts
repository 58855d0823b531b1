import type { Transcription } from './read-transcription.ts';

/** A recording, or a piece of one. */
export type Speech = {
  bytes: Uint8Array;
  /** With the ending by which endpoints tell formats; of our own making. */
  name: string;
  mediaType: string;
  /** Where that is known. */
  durationMs: number | null;
};

export type SpeechRequest = {
  /** One of `models`. */
  model: string;
  /** What is spoken, as a BCP 47 tag, where somebody said. */
  language?: string | undefined;
  /** Words that come, such as names. */
  prompt?: string | undefined;
  /** Ends the provider's request too. */
  signal: AbortSignal;
};

/** Makes text of speech. */
export interface SpeechToText {
  /** The implementation, such as `openai-compatible`. */
  readonly provider: string;
  /** The model for who names none. */
  readonly model: string;
  /** All that the administrator allows. */
  readonly models: readonly string[];
  /** The largest file that it takes. */
  readonly maxBytes: number;
  /**
   * @returns what was said; its times are of this recording or piece
   * @throws AppError `model_failed`, `model_timeout` or `model_unavailable`; the signal's reason once
   *   it is aborted
   */
  transcribe(speech: Speech, request: SpeechRequest): Promise<Transcription>;
}
