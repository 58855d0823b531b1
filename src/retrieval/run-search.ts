import type { Repositories } from '../repositories/index.ts';
import type { Scope } from '../schemas/scope.ts';
import type { SearchBody, SearchHit, SearchResponse } from '../schemas/search.ts';
import type { SearchSettings } from '../schemas/search-history.ts';
import { heardAt } from './playhead.ts';
import { presentHits } from './present.ts';
import { checkScope } from './scope.ts';
import { search } from './search.ts';
import {
  type PreparedSearch,
  type SearchDependencies,
  searchOnSnapshot,
} from './search-on-snapshot.ts';

type RunSearchDependencies = SearchDependencies & {
  repositories: Repositories;
  settings: { keepSearches: boolean };
};

const DEFAULT_LIMIT = 10;

/**
 * Searches as a caller asks for it, and keeps what was found, where the caller wants that.
 *
 * @param signal gives up embedding the question
 * @throws AppError `model_unavailable` or `quota_exceeded` when vectors alone were asked for, and the
 *   model does not answer or may not be asked; what `checkScope` throws
 */
export async function runSearch(
  dependencies: RunSearchDependencies,
  userId: string,
  {
    scope: given,
    playhead,
    limit = DEFAULT_LIMIT,
    context,
    history = true,
    ...request
  }: SearchBody,
  signal?: AbortSignal,
): Promise<SearchResponse> {
  const startedAt = performance.now();
  const asked = { ...request, asker: { userId }, scope: {}, limit };
  const work = async (repositories: Repositories, prepared: PreparedSearch) => {
    const scope = await checkScope(repositories, userId, given, playhead);
    const heard = heardAt(scope, playhead);
    const near = playhead?.mode === 'nearby' ? playhead : undefined;
    const result = await search(repositories, userId, { ...prepared, scope: heard, near });
    return { scope, result, data: await presentHits(repositories, userId, result, context, heard) };
  };
  const { scope, result, data } = await searchOnSnapshot(dependencies, asked, work, signal);
  const tookMs = Math.round((performance.now() - startedAt) * 10) / 10;
  const { query, mode = 'hybrid', weights = null } = request;
  const { embeddingModel } = result;
  const settings = { mode, limit, weights, embeddingModel, playhead: playhead ?? null };
  return {
    id: history ? await keep(dependencies, userId, { query, scope, settings, tookMs }, data) : null,
    data,
    coverage: {
      transcriptsInScope: result.extent.transcripts,
      transcriptsRead: new Set(data.map((hit) => hit.transcriptId)).size,
      chunksRead: data.length,
      mode: 'lookup',
    },
    mode: result.mode,
    tookMs,
  };
}

async function keep(
  { repositories, settings }: RunSearchDependencies,
  userId: string,
  search: { query: string; scope: Scope; settings: SearchSettings; tookMs: number },
  hits: readonly SearchHit[],
): Promise<string | null> {
  if (!settings.keepSearches) return null;
  return repositories.searchHistory.keep(userId, { ...search, hits });
}
