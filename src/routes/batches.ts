import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import {
  cancelBatch,
  deleteBatch,
  pauseBatch,
  resumeBatch,
  retryBatch,
  updateBatch,
} from '../jobs/change-batch.ts';
import { presentBatch, presentBatches } from '../jobs/present-batches.ts';
import { startBatch } from '../jobs/start-batch.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import {
  type Batch,
  type BatchWithFailures,
  CreateBatch,
  StartedBatch,
  UpdateBatch,
} from '../schemas/batches.ts';
import { IdParams, NoContent, Page, PageQuery, reference } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';

const BatchReference = reference<Batch>('Batch');
const DetailsReference = reference<BatchWithFailures>('BatchWithFailures');

/** What owners tell a batch, and what each does. */
const COMMANDS = [
  {
    name: 'pause',
    run: pauseBatch,
    summary: 'Keep what is left of a batch from being done',
    description: 'What runs is stopped, and begins again from its start once it is resumed.',
  },
  {
    name: 'resume',
    run: resumeBatch,
    summary: 'Go on with a batch that is paused',
    description: 'Jobs of it that were paused by themselves are resumed as well.',
  },
  {
    name: 'cancel',
    run: cancelBatch,
    summary: 'End a batch, and all of it that has not ended',
    description: 'What was done of it stays.',
  },
  {
    name: 'retry',
    run: retryBatch,
    summary: 'Try again what failed of a batch',
    description: 'One that had ended runs again, and is summed up again.',
  },
] as const;

/** Jobs that are started together. */
export function registerBatchRoutes(app: App, dependencies: Dependencies): void {
  const { repositories, config } = dependencies;
  const { batches } = repositories;
  const tags = ['Batches'];

  app.get(
    '/v1/batches',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listBatches',
        tags,
        summary: 'List batches, the newest first',
        querystring: PageQuery,
        response: { 200: Page(BatchReference) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const page = await batches.listByUser(userId, request.query);
      return { ...page, data: await presentBatches(repositories, userId, page.data) };
    },
  );

  app.post(
    '/v1/batches',
    {
      config: { policy: { scope: 'write' } },
      bodyLimit: config.UPLOAD_LIMIT_BYTES,
      schema: {
        operationId: 'createBatch',
        tags,
        summary: 'Start many jobs of one type',
        description:
          'All of them or, where an item is wrong, none; `errors` says which. Together the items name at most 100,000 transcripts or recordings, repeated ones counted. Some may fail: the others are done. The same items under the same `Idempotency-Key` are the same batch, also when the answer to the first request was lost.',
        body: CreateBatch,
        response: { 202: StartedBatch, ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const batch = await startBatch(dependencies, userId, request.body, request.idempotencyKey);
      reply.code(202);
      return { batch: await presentBatch(repositories, userId, batch) };
    },
  );

  app.get(
    '/v1/batches/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getBatch',
        tags,
        summary: 'Get a batch, how far it is, and what failed',
        params: IdParams,
        response: { 200: DetailsReference, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const batch = await batches.getById(userId, request.params.id);
      if (!batch) throw new AppError('not_found');
      return presentBatch(repositories, userId, batch);
    },
  );

  app.patch(
    '/v1/batches/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'updateBatch',
        tags,
        summary: 'Change the name, the priority or the number of workers of a batch',
        description: 'They count for what has not begun.',
        params: IdParams,
        body: UpdateBatch,
        response: { 200: DetailsReference, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const batch = await updateBatch(dependencies, userId, request.params.id, request.body);
      return presentBatch(repositories, userId, batch);
    },
  );

  app.delete(
    '/v1/batches/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteBatch',
        tags,
        summary: 'Delete a batch that has ended, with its jobs',
        params: IdParams,
        response: { 204: NoContent, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await deleteBatch(dependencies, principalOf(request).userId, request.params.id);
      return reply.code(204).send();
    },
  );

  for (const { name, run, summary, description } of COMMANDS) {
    app.post(
      `/v1/batches/:id/${name}`,
      {
        config: { policy: { scope: 'write' } },
        schema: {
          operationId: `${name}Batch`,
          tags,
          summary,
          description,
          params: IdParams,
          response: { 200: DetailsReference, ...problems(404, 409) },
        },
      },
      async (request) => {
        const { userId } = principalOf(request);
        const batch = await run(dependencies, userId, request.params.id);
        return presentBatch(repositories, userId, batch);
      },
    );
  }
}
