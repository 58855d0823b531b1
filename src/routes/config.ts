import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import type { App } from '../plugins/types.ts';
import { NoContent, Page, PageQuery, reference } from '../schemas/common.ts';
import { type ConfigEntry, ConfigParams, SetConfig } from '../schemas/config.ts';
import { problems } from '../schemas/problem.ts';

const ConfigEntryReference = reference<ConfigEntry>('ConfigEntry');

/** Settings of the whole installation, for its administrators. */
export function registerConfigRoutes(app: App, { repositories }: Dependencies): void {
  const { config } = repositories;
  const tags = ['Config'];
  const policy = { scope: 'admin' } as const;

  app.get(
    '/v1/config',
    {
      config: { policy },
      schema: {
        operationId: 'listConfig',
        tags,
        summary: 'List the settings by key',
        querystring: PageQuery,
        response: { 200: Page(ConfigEntryReference) },
      },
    },
    async (request) => config.list(request.query),
  );

  app.get(
    '/v1/config/:key',
    {
      config: { policy },
      schema: {
        operationId: 'getConfig',
        tags,
        summary: 'Get a setting',
        params: ConfigParams,
        response: { 200: ConfigEntryReference, ...problems(404) },
      },
    },
    async (request) => {
      const entry = await config.get(request.params.key);
      if (!entry) throw new AppError('not_found');
      return entry;
    },
  );

  app.put(
    '/v1/config/:key',
    {
      config: { policy },
      schema: {
        operationId: 'setConfig',
        tags,
        summary: 'Set a setting',
        params: ConfigParams,
        body: SetConfig,
        response: { 200: ConfigEntryReference },
      },
    },
    async (request) =>
      config.setValue(request.params.key, request.body.value, request.body.description),
  );

  app.delete(
    '/v1/config/:key',
    {
      config: { policy },
      schema: {
        operationId: 'deleteConfig',
        tags,
        summary: 'Delete a setting',
        params: ConfigParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      if (!(await config.delete(request.params.key))) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );
}
