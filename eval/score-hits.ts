import { ndcg, recall, reciprocalRank } from './metrics.ts';

/** How good one ranking is. */
export type RankScores = { ndcg: number; recall: number; reciprocalRank: number };

/**
 * Scores the first ten of a ranking.
 *
 * @param relevant whether each hit is, in the order of the ranking
 * @param total how many are relevant in all
 */
export function scoreHits(relevant: readonly boolean[], total: number): RankScores {
  const hits = relevant.slice(0, 10);
  return {
    ndcg: ndcg(hits, total),
    recall: recall(hits, total),
    reciprocalRank: reciprocalRank(hits),
  };
}
