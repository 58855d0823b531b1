import { HASH } from '../providers/hash-embeddings.ts';
import type { Repositories } from '../repositories/index.ts';
import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { Scope } from '../schemas/scope.ts';
import type { EmbeddedQuestion } from './embed-question.ts';

/** Up to this many chunks comparing all of them is fast, and misses nothing. */
const EXACT_CHUNKS = 10_000;

/**
 * The chunks of a scope that are nearest to a question. In a large scope real models have an index.
 * Hashed vectors have none: there they only order what the other leg found, or, where there is no
 * other leg, all are compared (150 ms for 50,000 chunks, 280 ms for 100,000).
 *
 * @param chunks how many the scope holds
 * @param lexical what the other leg found of chunks that are in scope as a whole: the vector of one
 *   that goes on behind its end knows what is said there. Undefined where it is not searched
 */
export async function searchSemantically(
  { semanticSearch }: Repositories,
  userId: string,
  { model, vector }: EmbeddedQuestion,
  scope: Scope,
  chunks: number,
  lexical: Promise<readonly LexicalHit[]> | undefined,
  depth: number,
): Promise<SemanticHit[]> {
  if (chunks <= EXACT_CHUNKS || (model.provider === HASH && !lexical)) {
    return semanticSearch.nearestExact(userId, model, vector, scope, depth);
  }
  if (model.provider !== HASH) return semanticSearch.nearest(userId, model, vector, scope, depth);
  const found = (await lexical) ?? [];
  return semanticSearch.compare(
    userId,
    model,
    vector,
    found.map((hit) => hit.chunkId),
  );
}
