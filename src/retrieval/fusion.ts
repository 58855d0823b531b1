import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { LegScores, SearchWeights } from '../schemas/search.ts';

export type FusedHit = { chunkId: string; score: number; scores: LegScores };

/** A chunk that no leg found. @param score for one that was chosen otherwise */
export const unscored = (chunkId: string, score = 0): FusedHit => ({
  chunkId,
  score,
  scores: { lexical: null, semantic: null },
});

/**
 * Joins two rankings by the weighted sum of their scores, each as its share of the way from the
 * least to the best of its leg. A leg that returned as many as it was asked for is cut off at its
 * last score, and whatever it did not return has at most that; otherwise it ends at 0. How far all
 * of its scores lie above zero says nothing (Bruch, Gai and Ingber, "An Analysis of Fusion Functions
 * for Hybrid Retrieval", 2023, https://arxiv.org/abs/2210.11934).
 *
 * Scores and not ranks: the hashed embedder's order is too weak for one-to-one rank fusion, which
 * cost quality on every task that it was measured on, while a convex sum at a low weight did not.
 *
 * @param depth how many hits each leg was asked for
 * @returns hits by falling score; equal scores are ordered by id, so that the order is total
 */
export function fuse(
  lexical: readonly LexicalHit[],
  semantic: readonly SemanticHit[],
  weights: SearchWeights,
  depth = Number.POSITIVE_INFINITY,
): FusedHit[] {
  const fused = new Map<string, FusedHit>();
  const lexicalShare = toShare(
    lexical.map((hit) => hit.score),
    depth,
  );
  for (const [index, { chunkId, score }] of lexical.entries()) {
    fused.set(chunkId, {
      chunkId,
      score: weights.lexical * lexicalShare(score),
      scores: { lexical: { rank: index + 1, score }, semantic: null },
    });
  }
  const semanticShare = toShare(
    semantic.map((hit) => hit.similarity),
    depth,
  );
  for (const [index, { chunkId, similarity }] of semantic.entries()) {
    const share = weights.semantic * semanticShare(similarity);
    const leg = { rank: index + 1, similarity };
    const known = fused.get(chunkId);
    fused.set(chunkId, {
      chunkId,
      score: (known?.score ?? 0) + share,
      scores: { lexical: known?.scores.lexical ?? null, semantic: leg },
    });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
}

/** Where a score is between the least and the best, 0 to 1. @param scores falling */
function toShare(scores: readonly number[], depth: number): (score: number) => number {
  const best = scores[0] ?? 0;
  const last = scores.at(-1) ?? 0;
  const least = scores.length >= depth && last < best ? last : 0;
  return (score) => (best > least ? Math.max(0, (score - least) / (best - least)) : 0);
}
