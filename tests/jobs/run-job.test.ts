import { Type } from 'typebox';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { AppError } from '../../src/errors.ts';
import { defineHandler, type JobHandler } from '../../src/jobs/handler.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { runDueJobs } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const handlerOf = (run: JobHandler['run']) =>
  defineHandler({ type: 'embed', parameters: Type.Object({}), concurrency: 1, run });

const attempt = (run: JobHandler['run']) =>
  runDueJobs({ db, repositories, jobHandlers: new Map([['embed', handlerOf(run)]]) });

const runs = (jobId: string) =>
  query<{ attempt: number; outcome: string; error: unknown }>(
    db,
    `select attempt, outcome, error from job_runs where job_id = '${jobId}' order by attempt`,
  );

describe('an attempt at a job', () => {
  test('that succeeds completes the job with its result', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    expect(await attempt(async () => ({ result: { chunks: 3 } }))).toBe(1);
    expect(await repositories.jobs.getById(user.id, job.id)).toMatchObject({
      status: 'completed',
      progress: 1,
      result: { chunks: 3 },
      attempt: 1,
      leaseToken: null,
      errorCode: null,
    });
    expect(await runs(job.id)).toEqual([{ attempt: 1, outcome: 'completed', error: null }]);
  });

  test('that can be made again puts the job back, for later', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    const fault = new AppError('model_unavailable', 'Busy.', { retryAfterSeconds: 60 });
    expect(await attempt(() => Promise.reject(fault))).toBe(1);
    const left = await repositories.jobs.getById(user.id, job.id);
    expect(left).toMatchObject({ status: 'queued', retryCount: 1, errorCode: 'model_unavailable' });
    expect(left?.runAfter.getTime()).toBeGreaterThan(Date.now() + 50_000);
    expect(await runs(job.id)).toEqual([
      {
        attempt: 1,
        outcome: 'retried',
        error: { code: 'model_unavailable', message: 'Busy.', permanent: false },
      },
    ]);
  });

  test('that can never succeed fails the job at once', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    await attempt(() => Promise.reject(new AppError('captions_unavailable')));
    expect(await repositories.jobs.getById(user.id, job.id)).toMatchObject({
      status: 'failed',
      errorCode: 'captions_unavailable',
      retryCount: 0,
    });
  });

  test('writes nothing once its lease is gone', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    await attempt(async ({ db: mine }) => {
      await repositories.jobEndings.reclaimExpired(true);
      await query(db, `update jobs set run_after = now() + interval '1 hour'`);
      await mine.transaction((tx) => createRepositories(tx).config.setValue('written', 1));
      return {};
    });
    expect(await repositories.config.getValue('written')).toBeUndefined();
    expect(await repositories.jobs.getById(user.id, job.id)).toMatchObject({
      status: 'queued',
      crashCount: 1,
    });
    expect(await runs(job.id)).toEqual([{ attempt: 1, outcome: 'crashed', error: null }]);
  });
});
