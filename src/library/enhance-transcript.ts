import { AppError } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { LanguageModel } from '../providers/language-models.ts';
import type { Segment } from '../schemas/segments.ts';
import { correctSegment } from '../transcripts/edits.ts';
import { editTranscript } from './edit-transcript.ts';
import { correctLines } from './enhance-lines.ts';
import { planRuns } from './enhance-plan.ts';
import type { ImportDependencies } from './import-transcript.ts';
import { readSegments } from './read-segments.ts';

export type EnhanceDependencies = Omit<ImportDependencies, 'modelCalls'> & {
  modelCalls: Pick<ModelCalls, 'generate' | 'embed'>;
};

type EnhanceOptions = {
  model: LanguageModel;
  /** The longest answer of the model, in tokens. */
  maxTokens: number;
  signal: AbortSignal;
  /** Is told how much is done, 0 to 1. */
  progress: (fraction: number) => void;
  /** A revision that was enhanced since then is what an earlier attempt at the same made. */
  since?: Date | undefined;
};

/** What came of it: the current revision's number, and how many segments went which way. */
export type EnhancedTranscript = {
  revision: number;
  changed: number;
  /** As they were: the model saw nothing to correct, or they are too long for it. */
  kept: number;
  /** As they were: what the model wrote of them was none, or no correction. */
  rejected: number;
};

/**
 * Has a language model correct what was misheard, punctuation and casing, segment by segment: never
 * times or speakers. The result is a new revision, or none where nothing changes.
 *
 * @throws AppError `not_found`; `revision_conflict` when the transcript was revised meanwhile; what the
 *   model and its quota throw
 */
export async function enhanceTranscript(
  dependencies: EnhanceDependencies,
  userId: string,
  transcriptId: string,
  { model, maxTokens, signal, progress, since }: EnhanceOptions,
): Promise<EnhancedTranscript> {
  const { repositories } = dependencies;
  const base = await repositories.transcriptRevisions.getCurrent(userId, transcriptId);
  if (!base) throw new AppError('not_found');
  const segments = await readSegments(repositories, userId, base.id, { words: false });
  const { number } = base;
  if (since && base.madeBy === 'enhance' && base.createdAt >= since) {
    const before = await readBase();
    const changed = segments.filter(({ text }, index) => text !== before[index]?.text).length;
    return { revision: number, changed, kept: segments.length - changed, rejected: 0 };
  }
  const texts = segments.map(({ text }) => text);
  const runs = planRuns(texts, { contextTokens: model.contextTokens, maxTokens });
  const corrected = new Map<number, string>();
  let rejected = 0;
  for (const [index, run] of runs.entries()) {
    signal.throwIfAborted();
    progress(index / runs.length);
    const ask = (request: Parameters<LanguageModel['generate']>[0]) =>
      dependencies.modelCalls.generate(model, { userId, purpose: 'enhancement' }, request);
    const lines = run.positions.map((position) => texts[position] ?? '');
    const done = await correctLines(ask, lines, run.maxTokens, signal);
    rejected += done.rejected;
    for (const [place, text] of done.corrected) corrected.set(run.positions[place] ?? -1, text);
  }
  const apply = (all: readonly Segment[]) =>
    all.map((segment, position) => {
      const text = corrected.get(position);
      return text === undefined ? segment : (correctSegment([segment], 0, { text })[0] ?? segment);
    });
  const edited = await editTranscript(dependencies, userId, transcriptId, apply, {
    expected: number,
    madeBy: 'enhance',
  });
  const changed = corrected.size;
  const kept = segments.length - changed - rejected;
  return { revision: edited.revision.number, changed, kept, rejected };

  async function readBase(): Promise<Segment[]> {
    const { transcriptRevisions } = repositories;
    const before = await transcriptRevisions.getByNumber(
      userId,
      transcriptId,
      base?.baseNumber ?? 0,
    );
    return before ? readSegments(repositories, userId, before.id, { words: false }) : [];
  }
}
