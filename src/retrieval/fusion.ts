import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { LegScores, SearchWeights } from '../schemas/search.ts';

export type FusedHit = { chunkId: string; score: number; scores: LegScores };

/** A chunk that no leg found. */
export const unscored = (chunkId: string): FusedHit => ({
  chunkId,
  score: 0,
  scores: { lexical: null, semantic: null },
});

/**
 * Joins two rankings by the weighted sum of their scores, each divided by the best of its leg. A
 * chunk that a leg did not return gets nothing from it.
 *
 * Scores and not ranks: the hashed embedder's order is too weak for one-to-one rank fusion, which
 * cost quality on every task that it was measured on, while a convex sum at a low weight did not.
 *
 * @returns hits by falling score; equal scores are ordered by id, so that the order is total
 */
export function fuse(
  lexical: readonly LexicalHit[],
  semantic: readonly SemanticHit[],
  weights: SearchWeights,
): FusedHit[] {
  const fused = new Map<string, FusedHit>();
  const bestScore = lexical[0]?.score ?? 0;
  for (const [index, { chunkId, score }] of lexical.entries()) {
    fused.set(chunkId, {
      chunkId,
      score: weights.lexical * (score / bestScore),
      scores: { lexical: { rank: index + 1, score }, semantic: null },
    });
  }
  const bestSimilarity = semantic[0]?.similarity ?? 0;
  for (const [index, { chunkId, similarity }] of semantic.entries()) {
    const share = similarity > 0 ? weights.semantic * (similarity / bestSimilarity) : 0;
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
