import type { Database } from '../db/client.ts';
import type { Repositories } from '../repositories/index.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { SearchMode, SearchWeights } from '../schemas/search.ts';
import {
  type Asker,
  type EmbedDependencies,
  type EmbeddedQuestion,
  embedQuestion,
} from './embed-question.ts';
import { weightsFor } from './fuse-legs.ts';

export type SearchDependencies = EmbedDependencies & {
  db: Database;
  /** The weights of the legs where a request gives none; without them, what suits the model. */
  searchWeights?: Partial<SearchWeights> | undefined;
};
type SearchRequest = {
  asker: Asker;
  query: string;
  scope: ResolvedScope;
  limit: number;
  mode?: SearchMode | undefined;
  weights?: SearchWeights | undefined;
  /** Hits around it rise; see {@link raiseNear}. */
  near?: Playhead | undefined;
};
/** A search whose question has been embedded. */
export type PreparedSearch = Omit<SearchRequest, 'asker' | 'mode' | 'weights'> & {
  /** The legs that are searched, which may be fewer than were asked. */
  mode: SearchMode;
  weights: SearchWeights;
  /** Null where the semantic leg is not searched. */
  embedded: EmbeddedQuestion | null;
};
/** A model is switched once in months; twice while a question is embedded, never. */
const ATTEMPTS = 3;

/**
 * Searches, and does what belongs to it, on one snapshot of the database. The question is embedded
 * before, because a snapshot holds a connection and a provider may be slow. Should another model be
 * active in the snapshot, it is done again: models are never mixed.
 *
 * @param work is given the repositories of the snapshot, and what {@link search} needs
 * @param signal gives up embedding
 * @throws AppError `model_unavailable` or `quota_exceeded` in the mode `semantic`; what `work` throws
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
  { asker, mode = 'hybrid', weights: given, ...request }: SearchRequest,
  signal?: AbortSignal,
): Promise<PreparedSearch> {
  const embedded = await embedQuestion(dependencies, asker, request.query, mode, signal);
  const searched = embedded ? mode : 'lexical';
  const weights = weightsFor(
    searched,
    embedded?.model.provider,
    given ?? dependencies.searchWeights,
  );
  return { ...request, mode: searched, weights, embedded };
}
