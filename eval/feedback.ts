import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { createDependencies, type Dependencies } from '../src/dependencies.ts';
import { AppError } from '../src/errors.ts';
import { runSearch } from '../src/retrieval/run-search.ts';
import type { SearchHit } from '../src/schemas/search.ts';
import { type JudgedQuery, type JudgedResult, listJudgedQueries } from './judged-queries.ts';
import { mean } from './metrics.ts';
import { type RankScores, scoreHits } from './score-hits.ts';

/** What the current configuration makes of searches that were judged. */
type FeedbackReport = {
  queries: number;
  /** Those that cannot be asked again, because a transcript of their scope is gone. */
  outOfScope: number;
  /** Means over the queries with a hit judged right. */
  ndcg: number;
  recall: number;
  mrr: number;
  /** The share of hits judged wrong that are still among the first ten. */
  wrongStillShown: number;
};

const DEPTH = 10;

/** Scores the judged searches of the database that the environment names, and prints how well. */
export async function evaluateFeedback(): Promise<void> {
  const config = loadConfig(process.env);
  const url = config.DATABASE_URL;
  const connection = await openDatabase({ url, dataDir: config.PARLEY_DATA_DIR });
  try {
    const report = await scoreFeedback(await createDependencies(config, connection));
    if (report.queries + report.outOfScope === 0) console.log('No search has been judged yet.');
    else console.table({ 'judged searches': report });
  } finally {
    await connection.close();
  }
}

/** Asks every judged query again, as its owner, with the scope and settings that it had. */
export async function scoreFeedback(dependencies: Dependencies): Promise<FeedbackReport> {
  const queries = await listJudgedQueries(dependencies.db);
  const scores: RankScores[] = [];
  let wrong = 0;
  let shown = 0;
  let outOfScope = 0;
  for (const query of queries) {
    const hits = await askAgain(dependencies, query);
    if (!hits) {
      outOfScope += 1;
      continue;
    }
    const right = query.results.filter(({ verdict }) => verdict === 'right');
    if (right.length > 0) scores.push(scoreAgainst(hits, right));
    const judgedWrong = query.results.filter(({ verdict }) => verdict === 'wrong');
    wrong += judgedWrong.length;
    shown += judgedWrong.filter((result) => hits.some((hit) => isSame(hit, result))).length;
  }
  return {
    queries: queries.length - outOfScope,
    outOfScope,
    ndcg: mean(scores.map((score) => score.ndcg)),
    recall: mean(scores.map((score) => score.recall)),
    mrr: mean(scores.map((score) => score.reciprocalRank)),
    wrongStillShown: wrong === 0 ? 0 : shown / wrong,
  };
}

async function askAgain(
  dependencies: Dependencies,
  { userId, query, scope, settings }: JudgedQuery,
): Promise<SearchHit[] | undefined> {
  const { mode, weights, playhead } = settings;
  const body = {
    ...{ query, scope, limit: DEPTH, mode, history: false },
    ...(weights ? { weights } : {}),
    ...(playhead ? { playhead } : {}),
  };
  try {
    return (await runSearch(dependencies, userId, body)).data;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function scoreAgainst(hits: readonly SearchHit[], right: readonly JudgedResult[]): RankScores {
  const left = [...right];
  const relevant = hits.map((hit) => {
    const at = left.findIndex((result) => isSame(hit, result));
    // Two hits that were judged may be one by now, but one is not two.
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return scoreHits(relevant, right.length);
}

/** By its chunk; once a revision has other chunks, by its time in the same transcript. */
function isSame(hit: SearchHit, judged: JudgedResult): boolean {
  if (judged.chunkId !== null) return hit.chunkId === judged.chunkId;
  const { transcriptId, startMs, endMs } = judged;
  return (
    startMs !== null &&
    hit.transcriptId === transcriptId &&
    hit.startMs === startMs &&
    hit.endMs === endMs
  );
}
