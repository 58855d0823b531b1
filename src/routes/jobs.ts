import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { createJob } from '../jobs/create-job.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, NoContent, PageQuery } from '../schemas/common.ts';
import { CreateJob } from '../schemas/job-requests.ts';
import {
  AcceptedJob,
  JobListQuery,
  JobPage,
  JobRunPage,
  LATEST_RUNS,
  StoredJobWithRuns,
} from '../schemas/jobs.ts';
import { problems } from '../schemas/problem.ts';

/** Work that takes long: asking for it, and what can be told about it and to it. */
export function registerJobRoutes(app: App, dependencies: Dependencies): void {
  const { batches, jobs, jobRuns } = dependencies.repositories;
  const tags = ['Jobs'];

  app.get(
    '/v1/jobs',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listJobs',
        tags,
        summary: 'List the jobs of the account, the newest first',
        querystring: JobListQuery,
        response: { 200: JobPage, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { batchId } = request.query;
      if (batchId !== undefined && !(await batches.getById(userId, batchId))) {
        throw new AppError('not_found');
      }
      return jobs.listByUser(userId, request.query);
    },
  );

  app.post(
    '/v1/jobs',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'createJob',
        tags,
        summary: 'Have something done that takes long',
        description:
          'Answers at once; `Location` says where the job is. The same request under the same `Idempotency-Key` is the same job, also when the answer to the first one was lost.',
        body: CreateJob,
        response: { 202: AcceptedJob, ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const job = await createJob(dependencies, userId, request.body, request.idempotencyKey);
      return reply.code(202).send({ job });
    },
  );

  app.get(
    '/v1/jobs/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getJob',
        tags,
        summary: 'Get a job with its latest runs',
        params: IdParams,
        response: { 200: StoredJobWithRuns, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const job = await jobs.getById(userId, request.params.id);
      if (!job) throw new AppError('not_found');
      const { data: runs } = await jobRuns.listByJob(userId, job.id, { limit: LATEST_RUNS });
      return { ...job, runs };
    },
  );

  app.get(
    '/v1/jobs/:id/runs',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listJobRuns',
        tags,
        summary: 'List the attempts at a job, the newest first',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: JobRunPage, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id } = request.params;
      const page = await jobRuns.listByJob(userId, id, request.query);
      // Only an empty page may be one of a job that is not there.
      if (page.data.length > 0 || (await jobs.getById(userId, id))) return page;
      throw new AppError('not_found');
    },
  );

  app.delete(
    '/v1/jobs/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteJob',
        tags,
        summary: 'Delete a job that has ended, with its files',
        description: 'What it made in the library stays.',
        params: IdParams,
        response: { 204: NoContent, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const job = await jobs.delete(principalOf(request).userId, request.params.id);
      if (!job) throw new AppError('not_found');
      dependencies.workersBell.ring();
      return reply.code(204).send();
    },
  );
}
