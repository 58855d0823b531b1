import type { Database } from '../db/client.ts';
import type { Repositories } from '../repositories/index.ts';
import type { LexicalHit, LexicalQuestion } from '../repositories/lexical-search.ts';
import type { Extent } from '../repositories/library.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { SearchMode, SearchWeights } from '../schemas/search.ts';
import { type CutChunk, readCutChunks, withCut } from './cut-chunks.ts';
import { type EmbedDependencies, type EmbeddedQuestion, embedQuestion } from './embed-question.ts';
import { fuseLegs, weightsFor } from './fuse-legs.ts';
import { type FusedHit, unscored } from './fusion.ts';
import { mayBeMisspelt } from './misspelling.ts';
import { raiseNear } from './nearby.ts';
import { searchSemantically } from './semantic-leg.ts';

export type SearchDependencies = EmbedDependencies & {
  db: Database;
  /** The weights of the legs where a request gives none; without them, what suits the model. */
  searchWeights?: Partial<SearchWeights> | undefined;
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
export type PreparedSearch = Omit<SearchRequest, 'mode' | 'weights'> & {
  /** The legs that are searched, which may be fewer than were asked. */
  mode: SearchMode;
  weights: SearchWeights;
  /** Null where the semantic leg is not searched. */
  embedded: EmbeddedQuestion | null;
};
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

/** A model is switched once in months; twice while a question is embedded, never. */
const ATTEMPTS = 3;

/**
 * Searches, and does what belongs to it, on one snapshot of the database. The question is embedded
 * before, because a snapshot holds a connection and a provider may be slow. Should another model be
 * active in the snapshot, it is done again: models are never mixed.
 *
 * @param work is given the repositories of the snapshot, and what {@link search} needs
 * @param signal gives up embedding
 * @throws AppError `model_unavailable` in the mode `semantic`; what `work` throws
 */
export async function searchOnSnapshot<T>(
  dependencies: SearchDependencies,
  request: SearchRequest,
  work: (repositories: Repositories, prepared: PreparedSearch) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const prepared = await prepareSearch(dependencies, request, signal);
    const done = await readSnapshot(dependencies.db, async (repositories) => {
      const active = prepared.embedded && (await repositories.embeddingModels.getActive());
      if (active?.id !== prepared.embedded?.model.id && attempt < ATTEMPTS) return undefined;
      return { value: await work(repositories, prepared) };
    });
    if (done) return done.value;
  }
}

/** Embeds a question; what is active in the snapshot has to be checked, see {@link searchOnSnapshot}. */
export async function prepareSearch(
  dependencies: SearchDependencies,
  { mode = 'hybrid', weights: given, ...request }: SearchRequest,
  signal?: AbortSignal,
): Promise<PreparedSearch> {
  const embedded = await embedQuestion(dependencies, request.query, mode, signal);
  const searched = embedded ? mode : 'lexical';
  const weights = weightsFor(
    searched,
    embedded?.model.provider,
    given ?? dependencies.searchWeights,
  );
  return { ...request, mode: searched, weights, embedded };
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
  const { query, scope, limit, mode, weights, embedded, near } = request;
  const { library } = repositories;
  const depth = Math.max(limit, CANDIDATES);
  const [whole, terms] = await Promise.all([
    library.measure(userId, scope),
    findTerms(repositories, userId, query),
  ]);
  const begun = await readCutChunks(repositories, userId, scope, terms);
  const extent = await withCut(repositories, userId, scope, whole, begun.cut);
  const inWords =
    mode === 'semantic'
      ? undefined
      : rankLexically(repositories, userId, { terms, text: query }, scope, depth, begun.hits);
  // A question of stop words alone has nothing to compare: the newest chunks answer it.
  const compared = mode === 'semantic' || terms.length > 0 ? embedded : null;
  const [lexical = [], semantic = []] = await Promise.all([
    inWords,
    compared
      ? searchSemantically(repositories, userId, compared, scope, extent.chunks, inWords, depth)
      : undefined,
  ]);
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

/** The lexical leg, with the chunks that are known in part where their scores put them. */
async function rankLexically(
  { lexicalSearch }: Repositories,
  userId: string,
  question: LexicalQuestion,
  scope: ResolvedScope,
  depth: number,
  cut: readonly LexicalHit[],
): Promise<LexicalHit[]> {
  const hits = await lexicalSearch.rank(userId, question, scope, depth);
  if (cut.length === 0) return hits;
  return [...hits, ...cut].sort((a, b) => b.score - a.score).slice(0, depth);
}

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
