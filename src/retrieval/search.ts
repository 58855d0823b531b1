import type { EmbeddingModel } from '../db/schema/index.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { Repositories } from '../repositories/index.ts';
import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { Extent } from '../repositories/library.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { Scope } from '../schemas/scope.ts';
import type { SearchMode, SearchWeights } from '../schemas/search.ts';
import { type FusedHit, fuse } from './fusion.ts';

export type SearchDependencies = {
  repositories: Repositories;
  embeddings: EmbeddingProvider;
  embeddingModel: EmbeddingModel;
};
export type SearchRequest = {
  query: string;
  scope: Scope;
  limit: number;
  mode?: SearchMode | undefined;
  weights?: SearchWeights | undefined;
};
export type SearchResult = { hits: FusedHit[]; terms: string[]; extent: Extent };

/** Hashed vectors may break ties and fill gaps, no more; see `fuse`. */
const DEFAULT_WEIGHTS: SearchWeights = { lexical: 0.85, semantic: 0.15 };

/** How deep each leg looks, so that a chunk in the middle of both can still come out on top. */
const CANDIDATES = 100;

/** Up to this many chunks comparing all of them is fast, and misses nothing. */
const EXACT_CHUNKS = 10_000;

/**
 * Finds the chunks of a scope that fit a question best. It returns `min(limit, chunks in scope)`
 * hits: where too few match, the newest of the others follow with a score of 0.
 *
 * @param request its scope has been checked
 * @returns `terms` are those of the question, with misspelt ones corrected
 */
export async function search(
  dependencies: SearchDependencies,
  userId: string,
  request: SearchRequest,
): Promise<SearchResult> {
  const { query, scope, limit, mode = 'hybrid', weights = DEFAULT_WEIGHTS } = request;
  const { library } = dependencies.repositories;
  const depth = Math.max(limit, CANDIDATES);
  const [extent, terms] = await Promise.all([
    library.measure(userId, scope),
    findTerms(dependencies.repositories, userId, query),
  ]);
  const [lexical, semantic] = await Promise.all([
    mode === 'semantic' ? [] : lexicalLeg(dependencies, userId, terms, scope, depth),
    // A question of stop words alone has nothing to compare: the newest chunks answer it.
    mode === 'lexical' || (mode === 'hybrid' && terms.length === 0)
      ? []
      : semanticLeg(dependencies, userId, request, extent, depth),
  ]);
  const hits = fuse(lexical, semantic, mode === 'hybrid' ? weights : ONE_LEG).slice(0, limit);
  if (hits.length < Math.min(limit, extent.chunks)) {
    const found = hits.map((hit) => hit.chunkId);
    const rest = await library.listRecentChunkIds(userId, scope, found, limit - hits.length);
    for (const chunkId of rest) {
      hits.push({ chunkId, score: 0, scores: { lexical: null, semantic: null } });
    }
  }
  return { hits, terms, extent };
}

const ONE_LEG: SearchWeights = { lexical: 1, semantic: 1 };

/** The terms of a question; one that the library does not hold gives way to its nearest spelling. */
async function findTerms(
  { searchIndex }: Repositories,
  userId: string,
  query: string,
): Promise<string[]> {
  const terms = await searchIndex.analyze(userId, query);
  const unknown = terms.filter((term) => !term.known).map((term) => term.term);
  const corrections = await searchIndex.correct(userId, unknown);
  return [...new Set(terms.map(({ term }) => corrections.get(term) ?? term))];
}

function lexicalLeg(
  { repositories }: SearchDependencies,
  userId: string,
  terms: string[],
  scope: Scope,
  depth: number,
): Promise<LexicalHit[]> {
  return repositories.lexicalSearch.rank(userId, terms, scope, depth);
}

async function semanticLeg(
  { repositories: { semanticSearch }, embeddings, embeddingModel }: SearchDependencies,
  userId: string,
  { query, scope }: SearchRequest,
  extent: Extent,
  depth: number,
): Promise<SemanticHit[]> {
  const [vector] = await embeddings.embed([query]);
  if (!vector) throw new Error(`${embeddings.name} returned no vector for a text`);
  return extent.chunks <= EXACT_CHUNKS
    ? semanticSearch.nearestExact(userId, embeddingModel, vector, scope, depth)
    : semanticSearch.nearest(userId, embeddingModel, vector, scope, depth);
}
