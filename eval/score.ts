import type { Ask } from './ask.ts';
import { type ImportedSet, relevantChunks } from './import-set.ts';
import { mean, type SpanScores, spanScores } from './metrics.ts';
import { type RankScores, scoreHits } from './score-hits.ts';
import { documentOf } from './sets/baseline-documents.ts';
import type { Mode, Question } from './sets/evaluation-set.ts';

/** How well one question was answered. */
type QuestionScore = {
  /** Each hit stands for the document of the baselines that it is in. */
  documents: RankScores;
  /** The hits as they are. */
  chunks: RankScores;
  spans: SpanScores;
  empty: boolean;
  tookMs: number;
};

/** As many hits as there may be in ten documents. */
const LIMIT = 60;

/** Asks every question of a set, one at a time. */
export async function scoreAll(
  imported: ImportedSet,
  mode: Mode,
  ask: Ask,
): Promise<QuestionScore[]> {
  const scores: QuestionScore[] = [];
  for (const question of imported.set.questions) {
    scores.push(await score(imported, question, mode, ask));
  }
  return scores;
}

async function score(
  imported: ImportedSet,
  question: Question,
  mode: Mode,
  ask: Ask,
): Promise<QuestionScore> {
  const { passages, transcripts, set } = imported;
  const { id, text, document, gold } = question;
  const transcriptId = transcripts.get(document) ?? '';
  const scope = mode === 'inside' ? { transcriptIds: [transcriptId] } : {};
  const { chunkIds, tookMs } = await ask(text, scope, LIMIT);
  const found = chunkIds.flatMap((chunkId) => passages.get(chunkId) ?? []);
  const documents = [...new Set(found.map((passage) => documentOf(set.baseline, passage)))];
  const answering = set.baseline.relevant.get(id) ?? new Set();
  const relevant = relevantChunks(imported, question);
  return {
    documents: scoreHits(
      documents.map((name) => answering.has(name)),
      answering.size,
    ),
    chunks: scoreHits(
      chunkIds.map((chunkId) => relevant.has(chunkId)),
      relevant.size,
    ),
    spans: spanScores(
      found,
      gold.map((span) => ({ document, ...span })),
    ),
    empty: chunkIds.length === 0,
    tookMs,
  };
}

/** The means over all questions. */
export function summarise(scores: readonly QuestionScore[]) {
  const over = (value: (score: QuestionScore) => number) => mean(scores.map(value));
  const ranks = (of: (score: QuestionScore) => RankScores) => ({
    ndcg: over((score) => of(score).ndcg),
    recall: over((score) => of(score).recall),
    mrr: over((score) => of(score).reciprocalRank),
  });
  return {
    documents: ranks((score) => score.documents),
    chunks: ranks((score) => score.chunks),
    spans: {
      recall: over((score) => score.spans.recall),
      precision: over((score) => score.spans.precision),
      iou: over((score) => score.spans.iou),
    },
    empty: over((score) => (score.empty ? 1 : 0)),
  };
}
export type Summary = ReturnType<typeof summarise>;
