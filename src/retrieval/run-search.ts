import type { SearchBody, SearchResponse } from '../schemas/search.ts';
import { presentHits } from './present.ts';
import { checkScope } from './scope.ts';
import { type SearchDependencies, search } from './search.ts';

const DEFAULT_LIMIT = 10;

/**
 * Searches as a caller asks for it.
 *
 * @throws AppError `not_found` for an id in the scope that is not the user's
 */
export async function runSearch(
  dependencies: SearchDependencies,
  userId: string,
  { scope: given = {}, limit = DEFAULT_LIMIT, context, ...request }: SearchBody,
): Promise<SearchResponse> {
  const startedAt = performance.now();
  const { repositories } = dependencies;
  const scope = await checkScope(repositories, userId, given);
  const result = await search(dependencies, userId, { ...request, scope, limit });
  const data = await presentHits(repositories, userId, result, context);
  return {
    data,
    coverage: {
      transcriptsInScope: result.extent.transcripts,
      transcriptsRead: new Set(data.map((hit) => hit.transcriptId)).size,
      chunksRead: data.length,
      mode: 'lookup',
    },
    tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
  };
}
