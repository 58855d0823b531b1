import type { Ask } from './ask.ts';
import { type ImportedSet, relevantChunks } from './import-set.ts';
import { mean, ndcg, recall, reciprocalRank, type SpanScores, spanScores } from './metrics.ts';
import type { Mode, Question } from './sets/evaluation-set.ts';

/** How well one question was answered. */
export type QuestionScore = {
  id: string;
  ndcg: number;
  recall: number;
  reciprocalRank: number;
  spans: SpanScores;
  empty: boolean;
  tookMs: number;
};

/** Asks every question of a set, one at a time. Those that no chunk answers are left out. */
export async function scoreAll(imported: ImportedSet, mode: Mode, ask: Ask) {
  const scores: QuestionScore[] = [];
  for (const question of imported.set.questions) {
    const relevant = relevantChunks(imported, question);
    if (relevant.size === 0) continue;
    scores.push(await score(imported, question, relevant, mode, ask));
  }
  return scores;
}

async function score(
  { passages, transcripts }: ImportedSet,
  { id, text, document, gold }: Question,
  relevant: ReadonlySet<string>,
  mode: Mode,
  ask: Ask,
): Promise<QuestionScore> {
  const transcriptId = transcripts.get(document) ?? '';
  const { chunkIds, tookMs } = await ask(
    text,
    mode === 'inside' ? { transcriptIds: [transcriptId] } : {},
  );
  const hits = chunkIds.map((chunkId) => relevant.has(chunkId));
  return {
    id,
    ndcg: ndcg(hits, relevant.size),
    recall: recall(hits, relevant.size),
    reciprocalRank: reciprocalRank(hits),
    spans: spanScores(
      chunkIds.flatMap((chunkId) => passages.get(chunkId) ?? []),
      gold.map((span) => ({ document, ...span })),
    ),
    empty: chunkIds.length === 0,
    tookMs,
  };
}

/** The means over all questions. */
export function summarise(scores: readonly QuestionScore[]) {
  const over = (value: (score: QuestionScore) => number) => mean(scores.map(value));
  return {
    questions: scores.length,
    ndcg: over((one) => one.ndcg),
    recall: over((one) => one.recall),
    mrr: over((one) => one.reciprocalRank),
    spanRecall: over((one) => one.spans.recall),
    spanPrecision: over((one) => one.spans.precision),
    iou: over((one) => one.spans.iou),
    empty: over((one) => (one.empty ? 1 : 0)),
  };
}
