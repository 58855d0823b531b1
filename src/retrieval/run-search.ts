import type { Repositories } from '../repositories/index.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import type { Scope } from '../schemas/scope.ts';
import type { SearchBody, SearchHit, SearchResponse } from '../schemas/search.ts';
import type { SearchSettings } from '../schemas/search-history.ts';
import { heardAt } from './playhead.ts';
import { presentHits } from './present.ts';
import { checkScope } from './scope.ts';
import { prepareSearch, type SearchDependencies, search } from './search.ts';

export type RunSearchDependencies = SearchDependencies & {
  repositories: Repositories;
  settings: { keepSearches: boolean };
};

const DEFAULT_LIMIT = 10;

/**
 * Searches as a caller asks for it, and keeps what was found, where the caller wants that.
 *
 * @throws what `checkScope` throws
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
): Promise<SearchResponse> {
  const startedAt = performance.now();
  const prepared = await prepareSearch(dependencies, { ...request, scope: {}, limit });
  const { scope, result, data } = await readSnapshot(dependencies.db, async (repositories) => {
    const checked = await checkScope(repositories, userId, given, playhead);
    const heard = heardAt(checked, playhead);
    const near = playhead?.mode === 'nearby' ? playhead : undefined;
    const found = await search(repositories, userId, { ...prepared, scope: heard, near });
    const hits = await presentHits(repositories, userId, found, context, heard);
    return { scope: checked, result: found, data: hits };
  });
  const tookMs = Math.round((performance.now() - startedAt) * 10) / 10;
  const { query, mode = 'hybrid', weights = null } = request;
  const kept = {
    query,
    scope,
    settings: { mode, limit, weights, playhead: playhead ?? null },
    tookMs,
  };
  return {
    id: history ? await keep(dependencies, userId, kept, data) : null,
    data,
    coverage: {
      transcriptsInScope: result.extent.transcripts,
      transcriptsRead: new Set(data.map((hit) => hit.transcriptId)).size,
      chunksRead: data.length,
      mode: 'lookup',
    },
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
