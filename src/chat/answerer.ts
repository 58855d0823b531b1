import type { ModelTurn } from '../providers/language-models.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { Scope } from '../schemas/scope.ts';
import type { CitablePassage } from './passages.ts';
import type { QuestionShape } from './question-shape.ts';

/** What an answerer is given: the question, and everything that it may cite. */
export type Question = {
  userId: string;
  /** The message that the answer is stored in, where it is stored. */
  messageId?: string | undefined;
  content: string;
  shape: Exclude<QuestionShape, { kind: 'count' }>;
  /** What was asked and answered before, the oldest first. */
  history: readonly ModelTurn[];
  passages: readonly CitablePassage[];
  /** The terms of the question, as search understood them. */
  terms: readonly string[];
  scope: Scope;
  /** Where in a recording the asker is; nothing that must not be known of it is in the passages. */
  playhead?: Playhead | undefined;
  /** How many transcripts were searched. */
  transcriptsInScope: number;
  /** Ends the answer, and the provider's request. */
  signal: AbortSignal;
  /** Hears what a model is sent, each time: what it cost is told only at the end of an answer. */
  onPrompt?: ((turns: readonly ModelTurn[]) => void) | undefined;
};

/** What an answer cost, in tokens; 0 without a model. */
export type AnswerUsage = { promptTokens: number; completionTokens: number };

/** How an answer ended: what it cost, and whether it was to go on but was as long as it may be. */
export type AnswerEnd = AnswerUsage & { isCut?: boolean };

/**
 * Writes an answer. It cites a passage by writing its id in brackets, `[s3]`, behind the claim;
 * the server makes citations of these ids, and the answerer writes nothing else of them. One that
 * knows where in the passage's text its quote is may say so, `[s3:120-184]`: what was said twice is
 * then cited where it was meant.
 */
export interface Answerer {
  /** Stored with every answer, as `usage.model`. */
  readonly name: string;
  /** Whether it asks a model, of which there may be a quota. */
  readonly asksModel?: boolean;
  /** Those of the passages, in their order, that it can take into account; without it, all. */
  select?(question: Question): readonly CitablePassage[];
  /** @returns the answer, in pieces of any size; the parts may split an id; by `return`, its end */
  answer(question: Question): AsyncGenerator<string, AnswerEnd>;
}
