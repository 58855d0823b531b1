import type { Repositories } from '../repositories/index.ts';
import type { LexicalHit } from '../repositories/lexical-search.ts';
import type { Extent } from '../repositories/library.ts';
import type { SearchMode } from '../schemas/search.ts';
import { type CutChunk, readCutChunks, withCut } from './cut-chunks.ts';
import { findTerms } from './find-terms.ts';
import { fuseLegs } from './fuse-legs.ts';
import { type FusedHit, unscored } from './fusion.ts';
import { raiseNear } from './nearby.ts';
import type { PreparedSearch } from './search-on-snapshot.ts';
import { searchSemantically } from './semantic-leg.ts';

export type SearchResult = {
  hits: FusedHit[];
  terms: string[];
  extent: Extent;
  /** The legs that were really searched. */
  mode: SearchMode;
  /** The model whose vectors were compared; null where none were. */
  embeddingModel: string | null;
  /** The chunks in which the scope ends; they are among the hits, and in the extent, as cut. */
  cut: CutChunk[];
};

/** How deep each leg looks, so that a chunk in the middle of both can still come out on top. */
const CANDIDATES = 100;

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
  const { query, scope, limit, mode, weights, embedded, near } = request;
  const { library } = repositories;
  const depth = Math.max(limit, CANDIDATES);
  const [whole, terms] = await Promise.all([
    library.measure(userId, scope),
    findTerms(repositories, userId, query),
  ]);
  const begun = await readCutChunks(repositories, userId, scope, terms);
  const extent = await withCut(repositories, userId, scope, whole, begun.cut);
  const question = { terms, text: query };
  const inWords =
    mode === 'semantic'
      ? undefined
      : repositories.lexicalSearch.rank(userId, question, scope, depth);
  // A question of stop words alone has nothing to compare: the newest chunks answer it.
  const compared = mode === 'semantic' || terms.length > 0 ? embedded : null;
  const [ended, semantic = []] = await Promise.all([
    inWords,
    compared
      ? searchSemantically(repositories, userId, compared, scope, extent.chunks, inWords, depth)
      : undefined,
  ]);
  const lexical = ended ? withBegun(ended, begun.hits, depth) : [];
  const fused = fuseLegs(lexical, semantic, mode, compared?.model.provider, weights, depth);
  const hits = (await raiseNear(repositories, userId, scope, near, fused)).slice(0, limit);
  if (hits.length < Math.min(limit, extent.chunks)) {
    const found = hits.map((hit) => hit.chunkId);
    const rest = await library.listRecentChunkIds(userId, scope, found, limit - hits.length);
    // What was said last comes before what is merely there.
    const ids = new Set([...found, ...begun.cut.map((chunk) => chunk.chunkId), ...rest]);
    for (const chunkId of [...ids].slice(hits.length, limit)) hits.push(unscored(chunkId));
  }
  const embeddingModel = compared?.model.name ?? null;
  return { hits, terms, extent, mode: compared ? mode : 'lexical', embeddingModel, cut: begun.cut };
}

/** What was found by words, with the chunks that are known in part where their scores put them. */
function withBegun(
  hits: readonly LexicalHit[],
  begun: readonly LexicalHit[],
  depth: number,
): LexicalHit[] {
  return [...hits, ...begun].sort((a, b) => b.score - a.score).slice(0, depth);
}
