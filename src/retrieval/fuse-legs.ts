import { HASH } from '../providers/hash-embeddings.ts';
import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { SearchMode, SearchWeights } from '../schemas/search.ts';
import { type FusedHit, fuse } from './fusion.ts';
import { fuseByRank } from './reciprocal-ranks.ts';

/** Hashed vectors may break ties and fill gaps, no more; see `fuse`. */
const HASHED: SearchWeights = { lexical: 0.9, semantic: 0.1 };
/** A real model's order is worth as much as BM25's. */
const ONE_TO_ONE: SearchWeights = { lexical: 0.5, semantic: 0.5 };
const ONE_LEG: SearchWeights = { lexical: 1, semantic: 1 };

/**
 * The weights of the legs.
 *
 * @param mode the legs that are searched
 * @param provider of the embedding model
 * @param given the caller's weights, or those of the settings
 */
export function weightsFor(
  mode: SearchMode,
  provider: string | undefined,
  given: Partial<SearchWeights> = {},
): SearchWeights {
  if (mode !== 'hybrid') return ONE_LEG;
  return { ...(provider === HASH ? HASHED : ONE_TO_ONE), ...given };
}

/**
 * Joins the legs in the way that suits the embedding model. A leg alone keeps its own scores.
 *
 * @param depth how many hits each leg was asked for
 */
export function fuseLegs(
  lexical: readonly LexicalHit[],
  semantic: readonly SemanticHit[],
  mode: SearchMode,
  provider: string | undefined,
  weights: SearchWeights,
  depth: number,
): FusedHit[] {
  const byRank = mode === 'hybrid' && provider !== HASH;
  return byRank ? fuseByRank(lexical, semantic, weights) : fuse(lexical, semantic, weights, depth);
}
