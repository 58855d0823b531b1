import type { ModelTurn } from '../providers/language-models.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { RetrievedPassage } from '../schemas/message-events.ts';
import type { Coverage, Usage } from '../schemas/messages.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { Scope } from '../schemas/scope.ts';
import type { Answerer } from './answerer.ts';
import { type CitingEvent, cite } from './citing.ts';
import type { CitablePassage } from './passages.ts';
import { prepareAnswer } from './prepare-answer.ts';
import { storablePieces } from './storable-pieces.ts';

/** A question that was taken: its scope has been checked. */
export type TakenQuestion = {
  userId: string;
  /** The message that the answer is stored in, where it is stored. */
  messageId?: string | undefined;
  content: string;
  /** What was asked and answered before, the oldest first. */
  history: readonly ModelTurn[];
  scope: Scope;
  /** Where in a recording the asker is. */
  playhead?: Playhead | undefined;
  /** Leaves out sentences that no citation supports. */
  strictCitations: boolean;
  answerer: Answerer;
  /** Ends the answer: nothing more is written, and the provider's request is over. */
  signal: AbortSignal;
  /** Hears what a model is sent. */
  onPrompt?: ((turns: readonly ModelTurn[]) => void) | undefined;
};

export type CompositionEvent =
  | { type: 'retrieval'; passages: RetrievedPassage[]; coverage: Coverage }
  | CitingEvent;

/** An answer as a whole: what its events told, piece by piece. */
export type ComposedAnswer = {
  content: string;
  citations: CitationWithMoment[];
  coverage: Coverage;
  usage: Usage;
  /** Whether the model would have gone on. */
  isCut: boolean;
  /** How many ids were cited that nobody had given. */
  unknownCitations: number;
  /** How many came after the last citation that an answer may have. */
  surplusCitations: number;
};

/** Passages that are told of before the answer; one about a whole library may be from hundreds. */
const SHOWN = 100;

/**
 * Makes an answer, without storing it: retrieve, compose, cite.
 *
 * @returns by `return`, the answer as a whole
 * @throws the signal's reason once it is aborted, and whatever keeps the answer from being made
 */
export async function* composeAnswer(
  dependencies: SearchDependencies,
  question: TakenQuestion,
): AsyncGenerator<CompositionEvent, ComposedAnswer> {
  const { signal, answerer } = question;
  signal.throwIfAborted();
  const { passages, coverage, unsupported, note, ...prepared } = await prepareAnswer(
    dependencies,
    question,
  );
  yield { type: 'retrieval', passages: passages.slice(0, SHOWN).map(summarize), coverage };
  signal.throwIfAborted();
  let isCut = false;
  let usage: Usage = { model: answerer.name, promptTokens: 0, completionTokens: 0 };
  const answer = yield* cite(storablePieces(write()), passages, unsupported);
  if (note !== '') yield { type: 'delta', text: note };
  return { ...answer, content: answer.content + note, coverage, usage, isCut };

  async function* write(): AsyncGenerator<string> {
    const end = yield* prepared.write();
    const { promptTokens, completionTokens } = end;
    usage = { model: answerer.name, promptTokens, completionTokens };
    isCut = end.isCut ?? false;
  }
}

function summarize({ transcriptId, title, segments, score }: CitablePassage): RetrievedPassage {
  const startMs = segments[0]?.startMs ?? null;
  return { transcriptId, title, startMs, endMs: segments.at(-1)?.endMs ?? null, score };
}
