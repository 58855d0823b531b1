import type { Database } from '../db/client.ts';
import type { EmbeddingModel } from '../db/schema/index.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Extent } from '../repositories/library.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { Scope } from '../schemas/scope.ts';
import type { SearchMode, SearchWeights } from '../schemas/search.ts';
import { type FusedHit, fuse } from './fusion.ts';
import { mayBeMisspelt } from './misspelling.ts';

export type SearchDependencies = {
  db: Database;
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
/** A search whose question has been embedded. */
export type PreparedSearch = SearchRequest & {
  embeddingModel: EmbeddingModel;
  /** Null where the semantic leg is not asked. */
  vector: Float32Array | null;
};
export type SearchResult = { hits: FusedHit[]; terms: string[]; extent: Extent };

/** Hashed vectors may break ties and fill gaps, no more; see `fuse`. */
const DEFAULT_WEIGHTS: SearchWeights = { lexical: 0.9, semantic: 0.1 };

/** How deep each leg looks, so that a chunk in the middle of both can still come out on top. */
const CANDIDATES = 100;

/** Up to this many chunks comparing all of them is fast, and misses nothing. */
const EXACT_CHUNKS = 10_000;

/** Embeds a question. Before the snapshot, which holds a connection: a provider may be slow. */
export async function prepareSearch(
  { embeddings, embeddingModel }: SearchDependencies,
  request: SearchRequest,
): Promise<PreparedSearch> {
  if (request.mode === 'lexical') return { ...request, embeddingModel, vector: null };
  const [vector] = await embeddings.embed([request.query]);
  if (!vector) throw new Error(`${embeddings.name} returned no vector for a text`);
  return { ...request, embeddingModel, vector };
}

/**
 * Finds the chunks of a scope that fit a question best. It returns `min(limit, chunks in scope)`
 * hits: where too few match, the newest of the others follow with a score of 0.
 *
 * @param repositories of one snapshot
 * @param request its scope has been checked
 * @returns `terms` are those of the question, with misspelt ones corrected
 */
export async function search(
  repositories: Repositories,
  userId: string,
  request: PreparedSearch,
): Promise<SearchResult> {
  const { query, scope, limit, mode = 'hybrid', weights = DEFAULT_WEIGHTS } = request;
  const { library } = repositories;
  const depth = Math.max(limit, CANDIDATES);
  const [extent, terms] = await Promise.all([
    library.measure(userId, scope),
    findTerms(repositories, userId, query),
  ]);
  const [lexical, semantic] = await Promise.all([
    mode === 'semantic'
      ? []
      : repositories.lexicalSearch.rank(userId, { terms, text: query }, scope, depth),
    // A question of stop words alone has nothing to compare: the newest chunks answer it.
    mode === 'hybrid' && terms.length === 0
      ? []
      : semanticLeg(repositories, userId, request, extent, depth),
  ]);
  const fused = fuse(lexical, semantic, mode === 'hybrid' ? weights : ONE_LEG, depth);
  const hits = fused.slice(0, limit);
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

/**
 * The terms of a question; one that the library does not hold gives way to its nearest spelling,
 * unless that is another word: a guess costs more than a word that nobody said.
 */
async function findTerms(
  { searchIndex }: Repositories,
  userId: string,
  query: string,
): Promise<string[]> {
  const terms = await searchIndex.analyze(userId, query);
  const unknown = terms.filter((term) => !term.known).map((term) => term.term);
  const corrections = await searchIndex.correct(userId, unknown);
  const spelled = terms.map(({ term }) => {
    const correction = corrections.get(term);
    return correction !== undefined && mayBeMisspelt(term, correction) ? correction : term;
  });
  return [...new Set(spelled)];
}

async function semanticLeg(
  { semanticSearch }: Repositories,
  userId: string,
  { vector, embeddingModel, scope }: PreparedSearch,
  extent: Extent,
  depth: number,
): Promise<SemanticHit[]> {
  if (vector === null) return [];
  return extent.chunks <= EXACT_CHUNKS
    ? semanticSearch.nearestExact(userId, embeddingModel, vector, scope, depth)
    : semanticSearch.nearest(userId, embeddingModel, vector, scope, depth);
}
