import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { AppError } from '../../src/errors.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { JobError } from '../../src/jobs/job-error.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { runDueJobs } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);

let user: User;
beforeEach(async () => {
  // Where attempts write their faults.
  vi.spyOn(console, 'error').mockReturnValue();
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const handlerOf = (run: JobHandler['run']): JobHandler => ({ type: 'embed', concurrency: 1, run });

const attempt = (run: JobHandler['run']) =>
  runDueJobs({ db, repositories, jobHandlers: new Map([['embed', handlerOf(run)]]) }, true);

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
      await repositories.jobTakeovers.reclaimExpired(true);
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

  test.skipIf(!onPostgres)(
    'is cancelled in the middle of a transaction, without waiting',
    async () => {
      const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
      await attempt(async ({ db: mine }) => {
        await mine.transaction(async (tx) => {
          await createRepositories(tx).config.setValue('half', 1);
          // On a connection of its own: it would wait here for ever, if the transaction held the job.
          await repositories.jobs.cancel(user.id, job.id);
          await createRepositories(tx).config.setValue('whole', 1);
        });
        return {};
      });
      expect(await repositories.config.getValue('half')).toBeUndefined();
      expect(await repositories.config.getValue('whole')).toBeUndefined();
      expect(await repositories.jobs.getById(user.id, job.id)).toMatchObject({
        status: 'cancelled',
      });
      expect(await runs(job.id)).toEqual([{ attempt: 1, outcome: 'cancelled', error: null }]);
    },
  );

  test('is made as often as the job allows, and then it fails', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed', maxRetries: 2 });
    for (let count = 0; count < 3; count += 1) {
      await query(db, 'update jobs set run_after = now()');
      await attempt(() => Promise.reject(new JobError('busy', 'Busy.', { transient: true })));
    }
    expect(await repositories.jobs.getById(user.id, job.id)).toMatchObject({
      ...{ status: 'failed', errorCode: 'busy', retryCount: 2, attempt: 3 },
    });
    expect((await runs(job.id)).map(({ outcome }) => outcome)).toEqual([
      ...['retried', 'retried', 'failed'],
    ]);
  });

  test('that meets a fault of ours says nothing of it to the owner', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed', maxRetries: 0 });
    await attempt(() => Promise.reject(new Error('the password is hunter2')));
    const failed = await repositories.jobs.getById(user.id, job.id);
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'internal' });
    expect(JSON.stringify([failed, await runs(job.id)])).not.toContain('hunter2');
  });

  test('may say in its own words why it failed, as far as they can be stored', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    const words = `\0 and \ud800 and ${'😀'.repeat(2_000)}`;
    await attempt(() => Promise.reject(new JobError('c'.repeat(99), words)));
    const failed = await repositories.jobs.getById(user.id, job.id);
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'c'.repeat(50) });
    expect(failed?.errorMessage).toMatch(/^\uFFFD and \uFFFD and 😀/);
    expect(failed?.errorMessage).toHaveLength(2_000);
  });

  test('that brings what nobody can store fails the job at once', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const result of [1n, circle, '\0', { '\udc00': 1 }]) {
      const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
      await attempt(async () => ({ result }));
      expect(await repositories.jobs.getById(user.id, job.id)).toMatchObject({
        ...{ status: 'failed', errorCode: 'invalid_result', retryCount: 0 },
      });
    }
  });

  test('stores whatever JSON a result is', async () => {
    const storable = (value: fc.JsonValue) => !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ stringUnit: 'grapheme' }).filter(storable),
        async (result) => {
          const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
          await attempt(async () => ({ result }));
          const stored = await repositories.jobs.getById(user.id, job.id);
          expect(stored?.status).toBe('completed');
          expect(stored?.result).toEqual(JSON.parse(JSON.stringify(result)));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the log', () => {
  beforeEach(() => void vi.mocked(console.error).mockClear());

  test('names what a fault of the server was', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    const err = new Error('a bug');
    await attempt(() => Promise.reject(err));
    expect(vi.mocked(console.error).mock.calls).toEqual([
      ['a job failed', { err, jobId: job.id, type: 'embed' }],
    ]);
  });

  test('is silent about what broke because its owner cancelled the job', async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'embed' });
    await attempt(async () => {
      await repositories.jobs.cancel(user.id, job.id);
      throw new Error('the file was deleted while it was read');
    });
    expect(console.error).not.toHaveBeenCalled();
    expect(await runs(job.id)).toEqual([{ attempt: 1, outcome: 'cancelled', error: null }]);
  });
});
