import type { Dependencies } from '../dependencies.ts';
import { resolveLink } from '../library/resolve-link.ts';
import { principalOf } from '../plugins/authentication.ts';
import { clientSignal } from '../plugins/client-signal.ts';
import type { App } from '../plugins/types.ts';
import { ResolvedLink, ResolveLink } from '../schemas/links.ts';
import { problems } from '../schemas/problem.ts';

/** Links, before anything is imported from them. */
export function registerLinkRoutes(app: App, dependencies: Dependencies): void {
  app.post(
    '/v1/links/resolve',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'resolveLink',
        tags: ['Links'],
        summary: 'Say what a link leads to',
        description:
          'Knows all forms of links to YouTube. A video in a playlist is a video, unless `expandPlaylist` asks for the list.',
        body: ResolveLink,
        response: { 200: ResolvedLink, ...problems(422, 502, 504) },
      },
    },
    async (request, reply) =>
      resolveLink(dependencies, principalOf(request).userId, request.body, clientSignal(reply)),
  );
}
