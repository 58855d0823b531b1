import type { Repositories } from '../repositories/index.ts';
import type { SearchBody, SearchResponse } from '../schemas/search.ts';
import { presentHits } from './present.ts';
import { checkScope } from './scope.ts';
import {
  type PreparedSearch,
  type SearchDependencies,
  search,
  searchOnSnapshot,
} from './search.ts';

const DEFAULT_LIMIT = 10;

/**
 * Searches as a caller asks for it.
 *
 * @param signal gives up embedding the question
 * @throws AppError `not_found` for an id in the scope that is not the user's; `model_unavailable` when
 *   vectors alone were asked for, and the model does not answer
 */
export async function runSearch(
  dependencies: SearchDependencies,
  userId: string,
  { scope: given = {}, limit = DEFAULT_LIMIT, context, ...request }: SearchBody,
  signal?: AbortSignal,
): Promise<SearchResponse> {
  const startedAt = performance.now();
  const asked = { ...request, scope: given, limit };
  const work = async (repositories: Repositories, prepared: PreparedSearch) => {
    const scope = await checkScope(repositories, userId, given);
    const found = await search(repositories, userId, { ...prepared, scope });
    return { result: found, data: await presentHits(repositories, userId, found, context) };
  };
  const { result, data } = await searchOnSnapshot(dependencies, asked, work, signal);
  return {
    data,
    coverage: {
      transcriptsInScope: result.extent.transcripts,
      transcriptsRead: new Set(data.map((hit) => hit.transcriptId)).size,
      chunksRead: data.length,
      mode: 'lookup',
    },
    mode: result.settings.mode,
    tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
  };
}
