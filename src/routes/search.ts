import type { Dependencies } from '../dependencies.ts';
import { principalOf } from '../plugins/authentication.ts';
import { clientSignal } from '../plugins/client-signal.ts';
import type { App } from '../plugins/types.ts';
import { runSearch } from '../retrieval/run-search.ts';
import { problems } from '../schemas/problem.ts';
import { SearchBody, SearchResponse } from '../schemas/search.ts';

/** Finding the moments at which something was said. */
export function registerSearchRoutes(app: App, dependencies: Dependencies): void {
  app.post(
    '/v1/search',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'search',
        tags: ['Search'],
        summary: 'Find the moments at which something was said',
        body: SearchBody,
        response: { 200: SearchResponse, ...problems(404) },
      },
    },
    async (request, reply) =>
      runSearch(dependencies, principalOf(request).userId, request.body, clientSignal(reply)),
  );
}
