import type { Database } from '../db/client.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Extent } from '../repositories/library.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import type { Scope } from '../schemas/scope.ts';
import type { SearchMode, SearchSettings, SearchWeights } from '../schemas/search.ts';
import { type EmbedDependencies, type EmbeddedQuestion, embedQuestion } from './embed-question.ts';
import { fuseLegs, weightsFor } from './fuse-legs.ts';
import type { FusedHit } from './fusion.ts';
import { searchSemantically } from './semantic-leg.ts';

export type SearchDependencies = EmbedDependencies & {
  db: Database;
  /** The weights of the legs where a request gives none; without them, what suits the model. */
  searchWeights?: Partial<SearchWeights> | undefined;
};
export type SearchRequest = {
  query: string;
  scope: Scope;
  limit: number;
  mode?: SearchMode | undefined;
  weights?: SearchWeights | undefined;
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
  /** How it was searched, really. */
  settings: SearchSettings;
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

async function prepareSearch(
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
  const { query, scope, limit, mode, weights, embedded } = request;
  const { library, lexicalSearch } = repositories;
  const depth = Math.max(limit, CANDIDATES);
  const [extent, terms] = await Promise.all([
    library.measure(userId, scope),
    findTerms(repositories, userId, query),
  ]);
  const inWords = mode === 'semantic' ? undefined : lexicalSearch.rank(userId, terms, scope, depth);
  // A question of stop words alone has nothing to compare: the newest chunks answer it.
  const near = mode === 'semantic' || terms.length > 0 ? embedded : null;
  const [lexical = [], semantic = []] = await Promise.all([
    inWords,
    near
      ? searchSemantically(repositories, userId, near, scope, extent.chunks, inWords, depth)
      : undefined,
  ]);
  const hits = fuseLegs(lexical, semantic, mode, near?.model.provider, weights).slice(0, limit);
  if (hits.length < Math.min(limit, extent.chunks)) {
    const found = hits.map((hit) => hit.chunkId);
    const rest = await library.listRecentChunkIds(userId, scope, found, limit - hits.length);
    for (const chunkId of rest) {
      hits.push({ chunkId, score: 0, scores: { lexical: null, semantic: null } });
    }
  }
  const settings = { limit, weights, embeddingModel: near?.model.name ?? null };
  return { hits, terms, extent, settings: { ...settings, mode: near ? mode : 'lexical' } };
}

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
