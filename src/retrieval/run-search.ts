import { readSnapshot } from '../repositories/snapshot.ts';
import type { SearchBody, SearchResponse } from '../schemas/search.ts';
import { heardAt } from './playhead.ts';
import { presentHits } from './present.ts';
import { checkScope } from './scope.ts';
import { prepareSearch, type SearchDependencies, search } from './search.ts';

const DEFAULT_LIMIT = 10;

/**
 * Searches as a caller asks for it.
 *
 * @throws what `checkScope` throws
 */
export async function runSearch(
  dependencies: SearchDependencies,
  userId: string,
  { scope: given, playhead, limit = DEFAULT_LIMIT, context, ...request }: SearchBody,
): Promise<SearchResponse> {
  const startedAt = performance.now();
  const prepared = await prepareSearch(dependencies, { ...request, scope: {}, limit });
  const { result, data } = await readSnapshot(dependencies.db, async (repositories) => {
    const checked = await checkScope(repositories, userId, given, playhead);
    const scope = heardAt(checked, playhead);
    const near = playhead?.mode === 'nearby' ? playhead : undefined;
    const found = await search(repositories, userId, { ...prepared, scope, near });
    return { result: found, data: await presentHits(repositories, userId, found, context, scope) };
  });
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
