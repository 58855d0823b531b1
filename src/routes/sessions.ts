import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, NoContent, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { Session } from '../schemas/sessions.ts';

/** The logins of an account. */
export function registerSessionRoutes(app: App, { repositories }: Dependencies): void {
  const { sessions } = repositories;

  app.get(
    '/v1/auth/sessions',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listSessions',
        tags: ['Auth'],
        summary: 'List the sessions of the account, the newest first',
        querystring: PageQuery,
        response: { 200: Page(Session) },
      },
    },
    async (request) => {
      const { userId, sessionId } = principalOf(request);
      const { data, nextCursor } = await sessions.listByUser(userId, request.query);
      return {
        data: data.map((session) => ({ ...session, current: session.id === sessionId })),
        nextCursor,
      };
    },
  );

  app.delete(
    '/v1/auth/sessions/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteSession',
        tags: ['Auth'],
        summary: 'End a session',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await sessions.delete(principalOf(request).userId, request.params.id);
      if (!found) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );
}
