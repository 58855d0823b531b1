import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { SearchWeights } from '../schemas/search.ts';
import type { FusedHit } from './fusion.ts';

/** As in Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion" (2009). */
const K = 60;

/**
 * Joins two rankings by the weighted sum of their reciprocal ranks, each times K + 1, so that the
 * first of a leg is given that leg's weight. For models whose order is worth as much as BM25's:
 * nothing has to be known about the scale of their similarities.
 *
 * @returns hits by falling score; equal scores are ordered by id, so that the order is total
 */
export function fuseByRank(
  lexical: readonly LexicalHit[],
  semantic: readonly SemanticHit[],
  weights: SearchWeights,
): FusedHit[] {
  const fused = new Map<string, FusedHit>();
  for (const [index, { chunkId, score }] of lexical.entries()) {
    const scores = { lexical: { rank: index + 1, score }, semantic: null };
    fused.set(chunkId, { chunkId, score: weights.lexical * share(index), scores });
  }
  for (const [index, { chunkId, similarity }] of semantic.entries()) {
    const known = fused.get(chunkId);
    const leg = { rank: index + 1, similarity };
    fused.set(chunkId, {
      chunkId,
      score: (known?.score ?? 0) + weights.semantic * share(index),
      scores: { lexical: known?.scores.lexical ?? null, semantic: leg },
    });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
}

const share = (index: number) => (K + 1) / (K + 1 + index);
