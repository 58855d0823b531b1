import { issueApiKey } from '../access/issue-api-key.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { ApiKey, CreateApiKey, CreatedApiKey } from '../schemas/api-keys.ts';
import { IdParams, NoContent, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';

/** Keys for programs. A key never creates one that may do more than itself. */
export function registerApiKeyRoutes(app: App, { repositories }: Dependencies): void {
  const { apiKeys } = repositories;
  const tags = ['API keys'];

  app.get(
    '/v1/api-keys',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listApiKeys',
        tags,
        summary: 'List the keys of the account, the newest first',
        querystring: PageQuery,
        response: { 200: Page(ApiKey) },
      },
    },
    async (request) => apiKeys.listByUser(principalOf(request).userId, request.query),
  );

  app.post(
    '/v1/api-keys',
    {
      config: { policy: { scope: 'write' }, idempotent: false },
      schema: {
        operationId: 'createApiKey',
        tags,
        summary: 'Create a key',
        description: 'The key is in this answer and nowhere else, so it cannot be replayed.',
        body: CreateApiKey,
        response: { 201: CreatedApiKey },
      },
    },
    async (request, reply) => {
      const created = await issueApiKey(repositories, principalOf(request), request.body);
      return reply.code(201).send(created);
    },
  );

  app.delete(
    '/v1/api-keys/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteApiKey',
        tags,
        summary: 'Revoke a key',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await apiKeys.delete(principalOf(request).userId, request.params.id);
      if (!found) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );
}
