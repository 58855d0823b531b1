import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { AppError } from '../../src/errors.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';
import { runDueJobs } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { jobs } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const HOUR_MS = 3_600_000;
const usedUp = (retryAfterSeconds = 3_600) =>
  new AppError('quota_exceeded', 'Used up.', { retryAfterSeconds });

/** Makes an attempt at what waits, as if its time had come. */
async function attempt(
  run: JobHandler['run'] = () => Promise.reject(usedUp()),
  keepsWork = false,
): Promise<void> {
  await query(db, 'update jobs set run_after = now()');
  const handler: JobHandler = { type: 'enhance', concurrency: 1, keepsWork, run };
  const jobHandlers = new Map([[handler.type, handler]]);
  expect(await runDueJobs({ db, repositories, jobHandlers }, true)).toBe(1);
}

const start = async (maxRetries = 3) =>
  (await jobs.create(user.id, { type: 'enhance', maxRetries })).job.id;

const outcomes = async (jobId: string) =>
  (
    await query<{ outcome: string }>(
      db,
      `select outcome from job_runs where job_id = '${jobId}' order by attempt`,
    )
  ).map(({ outcome }) => outcome);

/** So that what happened before happened earlier. */
const letPass = (time: string) =>
  query(db, `update job_runs set started_at = started_at - interval '${time}'`);

/** Asks a model, and then there is nothing left for today. */
const askOnce: JobHandler['run'] = async ({ userId, runId }) => {
  await repositories.modelCalls.begin(userId, {
    ...{ provider: 'openai-compatible', model: 'm', purpose: 'enhancement', request: null },
    ...{ messageId: null, jobRunId: runId, promptTokens: 9, audioMs: null },
  });
  throw usedUp();
};

describe('a job that must wait for the next day', () => {
  test('uses up no retry, however often, and says why it waits', async () => {
    const id = await start(0);
    for (let count = 0; count < 5; count += 1) await attempt();
    const job = await jobs.getById(user.id, id);
    expect(job).toMatchObject({
      ...{ status: 'queued', attempt: 5, retryCount: 0, crashCount: 0 },
      ...{ errorCode: 'quota_exceeded', errorMessage: 'Used up.' },
    });
    expect(job?.runAfter.getTime()).toBeGreaterThan(Date.now() + HOUR_MS - 10_000);
    expect(await outcomes(id)).toEqual(Array(5).fill('released'));
    const { data } = await repositories.jobRuns.listByJob(user.id, id, { limit: 1 });
    expect(data[0]?.error).toEqual({
      ...{ code: 'quota_exceeded', message: 'Used up.', permanent: false },
    });
    expect(await checkJobInvariants(db)).toEqual([]);
    await attempt(async () => ({ result: { done: 1 } }));
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'completed', errorCode: null });
  });

  test('has failed once where what it had asked is lost', async () => {
    const id = await start(1);
    await attempt();
    await attempt(askOnce);
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued', retryCount: 1 });
    await attempt();
    await attempt(askOnce);
    expect(await jobs.getById(user.id, id)).toMatchObject({
      ...{ status: 'failed', errorCode: 'quota_exceeded', retryCount: 1 },
    });
    expect(await outcomes(id)).toEqual(['released', 'retried', 'released', 'failed']);
  });

  test('has not failed where what it had asked is kept', async () => {
    const id = await start(0);
    await attempt(askOnce, true);
    await attempt(askOnce, true);
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued', retryCount: 0 });
  });

  test('fails when it has waited for 30 days, and may then be tried again', async () => {
    const id = await start();
    await attempt();
    await letPass('29 days');
    await attempt();
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued' });
    await letPass('2 days');
    await attempt();
    expect(await jobs.getById(user.id, id)).toMatchObject({
      ...{ status: 'failed', errorCode: 'quota_exceeded', retryCount: 0 },
      errorMessage: 'Used up. The job has waited for 30 days.',
    });
    await jobs.reopen(user.id, id);
    await attempt();
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued', retryCount: 0 });
    expect(await outcomes(id)).toEqual(['released', 'released', 'failed', 'released']);
  });

  test('has not waited while attempts at it came to something', async () => {
    const id = await start();
    await attempt();
    await letPass('31 days');
    await attempt(() => Promise.reject(new AppError('model_unavailable')));
    await attempt();
    expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued', retryCount: 1 });
  });

  test('is looked at less often the longer it waits', async () => {
    const id = await start();
    const wait = async () => {
      await attempt(() => Promise.reject(usedUp(10)));
      return ((await jobs.getById(user.id, id))?.runAfter.getTime() ?? 0) - Date.now();
    };
    expect(await wait()).toBeLessThan(15_000);
    await letPass('20 minutes');
    expect(await wait()).toBeGreaterThan(100_000);
    await letPass('20 days');
    const longest = await wait();
    expect(longest).toBeGreaterThan(280_000);
    expect(longest).toBeLessThan(310_000);
  });
});
