import type { Database } from '../db/client.ts';
import type { EmbeddingModel } from '../db/schema/index.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { Repositories } from '../repositories/index.ts';
import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { Extent } from '../repositories/library.ts';
import type { SemanticHit } from '../repositories/semantic-search.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { SearchMode, SearchWeights } from '../schemas/search.ts';
import { type CutChunk, readCutChunks, withCut } from './cut-chunks.ts';
import { type FusedHit, fuse, unscored } from './fusion.ts';
import { raiseNear } from './nearby.ts';

export type SearchDependencies = {
  db: Database;
  embeddings: EmbeddingProvider;
  embeddingModel: EmbeddingModel;
};
export type SearchRequest = {
  query: string;
  scope: ResolvedScope;
  limit: number;
  mode?: SearchMode | undefined;
  weights?: SearchWeights | undefined;
  /** Hits around it rise; see {@link raiseNear}. */
  near?: Playhead | undefined;
};
/** A search whose question has been embedded. */
export type PreparedSearch = SearchRequest & {
  embeddingModel: EmbeddingModel;
  /** Null where the semantic leg is not asked. */
  vector: Float32Array | null;
};
export type SearchResult = {
  hits: FusedHit[];
  terms: string[];
  extent: Extent;
  /** The chunks in which the scope ends; they are among the hits, and in the extent, as cut. */
  cut: CutChunk[];
};

/** Hashed vectors may break ties and fill gaps, no more; see `fuse`. */
const DEFAULT_WEIGHTS: SearchWeights = { lexical: 0.85, semantic: 0.15 };

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
  const { query, scope, limit, mode = 'hybrid', weights = DEFAULT_WEIGHTS, near } = request;
  const { library } = repositories;
  const depth = Math.max(limit, CANDIDATES);
  const [whole, terms] = await Promise.all([
    library.measure(userId, scope),
    findTerms(repositories, userId, query),
  ]);
  const begun = await readCutChunks(repositories, userId, scope, terms);
  const extent = await withCut(repositories, userId, scope, whole, begun.cut);
  const [lexical, semantic] = await Promise.all([
    mode === 'semantic' ? [] : rankLexically(repositories, userId, terms, scope, depth, begun.hits),
    // A question of stop words alone has nothing to compare: the newest chunks answer it.
    mode === 'hybrid' && terms.length === 0
      ? []
      : semanticLeg(repositories, userId, request, extent, depth),
  ]);
  const fused = fuse(lexical, semantic, mode === 'hybrid' ? weights : ONE_LEG);
  const hits = (await raiseNear(repositories, userId, scope, near, fused)).slice(0, limit);
  if (hits.length < Math.min(limit, extent.chunks)) {
    const found = hits.map((hit) => hit.chunkId);
    const rest = await library.listRecentChunkIds(userId, scope, found, limit - hits.length);
    // What was said last comes before what is merely there.
    const ids = new Set([...found, ...begun.cut.map((chunk) => chunk.chunkId), ...rest]);
    for (const chunkId of [...ids].slice(hits.length, limit)) hits.push(unscored(chunkId));
  }
  return { hits, terms, extent, cut: begun.cut };
}

/** The lexical leg, with the chunks that are known in part where their scores put them. */
async function rankLexically(
  { lexicalSearch }: Repositories,
  userId: string,
  terms: readonly string[],
  scope: ResolvedScope,
  depth: number,
  cut: readonly LexicalHit[],
): Promise<LexicalHit[]> {
  const hits = await lexicalSearch.rank(userId, terms, scope, depth);
  if (cut.length === 0) return hits;
  return [...hits, ...cut].sort((a, b) => b.score - a.score).slice(0, depth);
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
