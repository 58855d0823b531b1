import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { findKeptSearch, judgeHit } from '../retrieval/search-history.ts';
import { IdParams, NoContent, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { JudgeHit, KeptHit, KeptSearch, KeptSearchWithHits } from '../schemas/search-history.ts';

/** What was searched for, and what its reader thinks of the hits. */
export function registerSearchHistoryRoutes(app: App, { repositories }: Dependencies): void {
  const { searchHistory } = repositories;
  const tags = ['Search'];

  app.get(
    '/v1/search',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listSearches',
        tags,
        summary: 'List the searches that were kept, the newest first',
        querystring: PageQuery,
        response: { 200: Page(KeptSearch) },
      },
    },
    async (request) => searchHistory.listByUser(principalOf(request).userId, request.query),
  );

  app.delete(
    '/v1/search',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteSearches',
        tags,
        summary: 'Delete every search that was kept',
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await searchHistory.deleteAll(principalOf(request).userId);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/search/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getSearch',
        tags,
        summary: 'Get a search with its hits',
        params: IdParams,
        response: { 200: KeptSearchWithHits, ...problems(404) },
      },
    },
    async (request) => findKeptSearch(repositories, principalOf(request).userId, request.params.id),
  );

  app.delete(
    '/v1/search/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteSearch',
        tags,
        summary: 'Delete a search with its hits',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await searchHistory.delete(principalOf(request).userId, request.params.id);
      if (!found) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/search/:id/feedback',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'judgeHit',
        tags,
        summary: 'Mark a hit as right or wrong',
        description:
          'Names the hit by `rank`, counted from 1, or by `chunkId`. Null takes a mark back. `npm run eval -- --from-feedback` scores the search on these marks.',
        params: IdParams,
        body: JudgeHit,
        response: { 200: KeptHit, ...problems(404) },
      },
    },
    async (request) =>
      judgeHit(repositories, principalOf(request).userId, request.params.id, request.body),
  );
}
