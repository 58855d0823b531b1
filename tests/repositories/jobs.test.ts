import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';
import { FIRST_USER } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { jobs, jobRuns, jobQueue, jobEndings, jobChanges } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const create = async (type: 'embed' | 'complete-batch' = 'embed') =>
  (await jobs.create(user.id, { type })).job;
const claim = async () => {
  const room = { embed: 1, 'complete-batch': 1 };
  const request = { limit: 1, room, after: FIRST_USER, leaseMs: 60_000 };
  const [claimed] = await jobQueue.claim('worker', request);
  if (!claimed) throw new Error('nothing was claimed');
  return claimed;
};
const problem = { code: 'broken', message: 'It broke.', permanent: true };
const outcomes = async (id: string) => {
  const { data } = await jobRuns.listByJob(user.id, id, { limit: 100 });
  return data.map(({ attempt, outcome }) => `${attempt} ${outcome}`);
};
const isRefused = expect.objectContaining({ code: 'job_state' });

test('a job about a transcript that is not there any more is not stored', async () => {
  const transcriptId = randomUUID();
  const isMissing = expect.objectContaining({ code: 'not_found' });
  await expect(jobs.create(user.id, { type: 'enhance', transcriptId })).rejects.toEqual(isMissing);
  const values = { name: 'Talks', type: 'enhance', totalFiles: 2 };
  const inserted = db.transaction(async (tx) => {
    const { batches, batchJobs } = createRepositories(tx);
    const { batch } = await batches.create(user.id, values);
    await batchJobs.createMany(user.id, batch, [{}, { transcriptId }]);
  });
  await expect(inserted).rejects.toEqual(isMissing);
  expect(await query(db, 'select id from jobs')).toEqual([]);
});

test('a job that runs is cancelled at once, with its attempt', async () => {
  const { id } = await create();
  const lease = await claim();
  const cancelled = await jobs.cancel(user.id, id);
  expect(cancelled).toMatchObject({ status: 'cancelled', leaseToken: null, leaseExpiresAt: null });
  expect(cancelled?.completedAt).toBeInstanceOf(Date);
  expect(cancelled).toEqual(await jobs.getById(user.id, id));
  expect(await outcomes(id)).toEqual(['1 cancelled']);
  expect(await jobQueue.hold(lease)).toBe(false);
  await expect(jobs.cancel(user.id, id)).rejects.toEqual(isRefused);
  await expect(jobs.resume(user.id, id)).rejects.toThrow(
    'A job that is cancelled cannot be resumed.',
  );
});

test('a job that runs is paused at once, and begins again when it is resumed', async () => {
  const { id, version } = await create();
  const lease = await claim();
  expect(await jobs.pause(user.id, id)).toMatchObject({ status: 'paused', leaseToken: null });
  expect(await jobEndings.fail(lease, problem)).toBe(false);
  await expect(claim()).rejects.toThrow('nothing was claimed');
  expect(await jobs.resume(user.id, id)).toMatchObject({ status: 'queued', version: version + 3 });
  expect(await claim()).toMatchObject({ jobId: id, attempt: 2, retryCount: 0 });
  expect(await outcomes(id)).toEqual(['2 null', '1 paused']);
});

test('a job that failed is tried again as if it were new', async () => {
  const { id } = await create();
  expect(await jobEndings.retry(await claim(), { ...problem, permanent: false }, 0)).toBe(true);
  await jobEndings.fail(await claim(), problem);
  expect(await jobs.reopen(user.id, id)).toMatchObject({
    status: 'queued',
    reopenedCount: 1,
    retryCount: 0,
    crashCount: 0,
    progress: 0,
    errorCode: null,
    errorMessage: null,
    completedAt: null,
  });
  await expect(jobs.reopen(user.id, id)).rejects.toEqual(isRefused);
  expect(await claim()).toMatchObject({ jobId: id, attempt: 3 });
  expect(await outcomes(id)).toEqual(['3 null', '2 failed', '1 retried']);
  expect(await checkJobInvariants(db)).toEqual([]);
});

test('what has ended is deleted with its runs, and nothing else is', async () => {
  const { id } = await create();
  await expect(jobs.delete(user.id, id)).rejects.toEqual(isRefused);
  await jobEndings.fail(await claim(), problem);
  expect(await jobs.delete(user.id, id)).toMatchObject({ id, status: 'failed' });
  expect(await jobs.delete(user.id, id)).toBeUndefined();
  expect(await query(db, 'select from job_runs')).toEqual([]);
});

test('the job that sums up a batch is the server’s own', async () => {
  const { id } = await create('complete-batch');
  for (const name of ['cancel', 'pause', 'delete'] as const) {
    await expect(jobs[name](user.id, id)).rejects.toEqual(isRefused);
  }
  expect(await jobs.getById(user.id, id)).toMatchObject({ status: 'queued' });
});

describe('a job of a batch', () => {
  const createFailed = async (status: string) => {
    const [batch] = await query<{ id: string }>(
      db,
      `insert into batches (user_id, name, type, total_files, status, end_time)
       values ('${user.id}', 'Talks', 'embed', 1, '${status}',
         ${status === 'running' ? 'null' : 'now()'}) returning id`,
    );
    const { job } = await jobs.create(user.id, { type: 'embed', batchId: batch?.id ?? '' });
    await jobEndings.fail(await claim(), problem);
    return job.id;
  };

  test('is not deleted without it', async () => {
    const id = await createFailed('running');
    await expect(jobs.delete(user.id, id)).rejects.toEqual(isRefused);
  });

  test('is tried again by itself while the batch is open', async () => {
    const id = await createFailed('running');
    expect(await jobs.reopen(user.id, id)).toMatchObject({ status: 'queued' });
  });

  test('is tried again with the batch once that has ended', async () => {
    const id = await createFailed('failed');
    await expect(jobs.reopen(user.id, id)).rejects.toEqual(isRefused);
    expect(await checkJobInvariants(db)).toEqual([expect.stringContaining('summed up')]);
  });
});

test('runs are listed in pages, the last attempt first', async () => {
  const { id } = await create();
  for (let n = 0; n < 5; n += 1) await jobEndings.release(await claim());
  const first = await jobRuns.listByJob(user.id, id, { limit: 2 });
  expect(first.data.map(({ attempt }) => attempt)).toEqual([5, 4]);
  const cursor = first.nextCursor ?? '';
  const second = await jobRuns.listByJob(user.id, id, { limit: 5, cursor });
  expect(second.data.map(({ attempt }) => attempt)).toEqual([3, 2, 1]);
  expect(second.nextCursor).toBeNull();
});

test('whoever watches is told of what has changed since, and of no beat', async () => {
  const [still, moved] = [await create(), await create()];
  const watch = ({ id, version }: { id: string; version: number }) => ({
    userId: user.id,
    id,
    version,
  });
  expect(await jobChanges.listChanged([])).toEqual([]);
  expect(await jobChanges.listChanged([watch(still), watch(moved)])).toEqual([]);
  await jobs.pause(user.id, moved.id);
  const changed = await jobChanges.listChanged([watch(still), watch(moved)]);
  expect(changed).toEqual([await jobs.getById(user.id, moved.id)]);
  const lease = await claim();
  const running = await jobs.getById(user.id, still.id);
  if (!running) throw new Error('the job is gone');
  await jobQueue.beat([{ ...lease, progress: 0 }], 60_000);
  expect(await jobChanges.listChanged([watch(running)])).toEqual([]);
  await jobQueue.beat([{ ...lease, progress: 0.5 }], 60_000);
  expect(await jobChanges.listChanged([watch(running)])).toEqual([
    expect.objectContaining({ id: still.id, progress: 0.5, version: running.version + 1 }),
  ]);
});
