import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { AppError } from '../../src/errors.ts';
import { createBell } from '../../src/jobs/bell.ts';
import {
  cancelBatch,
  deleteBatch,
  pauseBatch,
  resumeBatch,
  retryBatch,
  updateBatch,
} from '../../src/jobs/change-batch.ts';
import { completeBatches } from '../../src/jobs/complete-batches.ts';
import { fenced } from '../../src/jobs/fenced.ts';
import { createCompleteBatchHandler } from '../../src/jobs/handlers/complete-batch.ts';
import { LeaseLost } from '../../src/jobs/job-error.ts';
import { measure } from '../../src/jobs/present-batches.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { ClaimedJob } from '../../src/repositories/job-queue.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';
import { FIRST_USER, runDueJobs } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { batches, batchJobs, jobQueue, jobEndings, jobTakeovers } = repositories;
const dependencies = { db, repositories, workersBell: createBell() };
const completion = createCompleteBatchHandler();
const jobHandlers = new Map([[completion.type, completion]]);

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const problem = { code: 'internal', message: 'A fault.', permanent: true };

async function start(items: number, workerCount = 8) {
  const values = { name: 'Talks', type: 'embed', totalFiles: items, workerCount };
  const { batch } = await batches.create(user.id, values);
  await batchJobs.createMany(user.id, batch, new Array(items).fill({}));
  return batch;
}
const claim = (limit: number, type = 'embed') =>
  jobQueue.claim('worker', { limit, room: { [type]: limit }, after: FIRST_USER, leaseMs: 60_000 });
const complete = (...jobs: ClaimedJob[]) =>
  jobEndings.complete(
    jobs.map(({ jobId, token }) => {
      const outcome = { result: null, createdFiles: [], transcriptId: null };
      return { jobId, token, ...outcome };
    }),
  );
const countsOf = async (id: string) => measure(await batchJobs.count(user.id, [id])).counts;
const summaries = () =>
  query<{ status: string; batch: string }>(
    db,
    `select status, parameters ->> 'batchId' as batch from jobs where type = 'complete-batch'`,
  );
const sumUp = (claimed: ClaimedJob) =>
  completion.run({
    ...claimed,
    ...{ id: claimed.jobId, db: fenced(db, claimed), progress: () => {} },
    signal: new AbortController().signal,
  });
const holds = async () => expect(await checkJobInvariants(db)).toEqual([]);

describe('a batch', () => {
  test('keeps the order of its items, what they hold and where they are cut', async () => {
    const { batch } = await batches.create(user.id, {
      name: 'Talks',
      type: 'import',
      totalFiles: 3,
    });
    const large = Buffer.alloc(600_000, 'wheel ');
    const input = (bytes: Uint8Array) => ({ name: 'talk.txt', mediaType: 'text/plain', bytes });
    const items = [
      { parameters: { place: 0 }, input: input(large) },
      { parameters: { place: 1 } },
      { parameters: { place: 2 }, input: input(new Uint8Array()) },
    ];
    await batchJobs.createMany(user.id, batch, items, 7);
    const { data } = await repositories.jobs.listByUser(user.id, { limit: 9, batchId: batch.id });
    const stored = data.toSorted((a, b) => a.position - b.position);
    expect(stored.map(({ parameters }) => parameters)).toEqual(items.map((i) => i.parameters));
    expect(stored.map(({ maxRetries }) => maxRetries)).toEqual([7, 7, 7]);
    const files = await Promise.all(
      stored.map(({ id }) => repositories.jobFiles.listByJob(user.id, id)),
    );
    expect(files.map(([file]) => file?.size)).toEqual([600_000, undefined, 0]);
    const parts: Uint8Array[] = [];
    for await (const part of repositories.jobFiles.read(user.id, files[0]?.[0]?.id ?? '')) {
      parts.push(part);
    }
    expect(Buffer.concat(parts).equals(large)).toBe(true);
    expect(parts.length).toBe(3);
  });

  test('whose jobs were all cancelled by themselves is summed up', async () => {
    const { id } = await start(2);
    const { data } = await repositories.jobs.listByUser(user.id, { limit: 9, batchId: id });
    for (const job of data) await repositories.jobs.cancel(user.id, job.id);
    expect(await completeBatches(dependencies)).toBe(1);
    await runDueJobs({ ...dependencies, jobHandlers });
    expect((await batches.getById(user.id, id))?.status).toBe('completed');
    await holds();
  });

  test('that is paused lets go on what is resumed by itself, and is not summed up', async () => {
    const { id } = await start(2);
    await pauseBatch(dependencies, user.id, id);
    const { data } = await repositories.jobs.listByUser(user.id, { limit: 9, batchId: id });
    for (const job of data) await repositories.jobs.resume(user.id, job.id);
    await complete(...(await claim(2)));
    expect(await completeBatches(dependencies)).toBe(0);
    expect(await batches.getById(user.id, id)).toMatchObject({ status: 'paused', endTime: null });
    await resumeBatch(dependencies, user.id, id);
    expect(await completeBatches(dependencies)).toBe(1);
    await holds();
  });

  test('is not changed while it is summed up, and none of its jobs is tried again', async () => {
    const { id } = await start(1);
    const [job] = await claim(1);
    if (!job) throw new Error('nothing was claimed');
    await jobEndings.fail(job, problem);
    await completeBatches(dependencies);
    for (const command of [pauseBatch, retryBatch]) {
      await expect(command(dependencies, user.id, id)).rejects.toMatchObject({
        code: 'batch_state',
      });
    }
    await expect(repositories.jobs.reopen(user.id, job.jobId)).rejects.toMatchObject({
      code: 'job_state',
    });
    await runDueJobs({ ...dependencies, jobHandlers });
    expect((await batches.getById(user.id, id))?.status).toBe('failed');
    await expect(repositories.jobs.reopen(user.id, job.jobId)).rejects.toMatchObject({
      code: 'job_state',
    });
    await retryBatch(dependencies, user.id, id);
    expect(await countsOf(id)).toMatchObject({ queued: 1, failed: 0 });
    await holds();
  });

  test('that is cancelled before it has been summed up never is', async () => {
    const { id } = await start(1);
    await complete(...(await claim(1)));
    await completeBatches(dependencies);
    const [summing] = await claim(1, 'complete-batch');
    if (!summing) throw new Error('nothing sums it up');
    await cancelBatch(dependencies, user.id, id);
    await expect(sumUp(summing)).rejects.toThrow(LeaseLost);
    expect(await runDueJobs({ ...dependencies, jobHandlers })).toBe(0);
    expect(await batches.getById(user.id, id)).toMatchObject({
      ...{ status: 'cancelled', completionJobId: null },
    });
    expect(await summaries()).toEqual([{ status: 'cancelled', batch: id }]);
    await holds();
    await deleteBatch(dependencies, user.id, id);
    expect(await summaries()).toEqual([]);
  });

  test('can be tried again where what sums it up has failed', async () => {
    const { id } = await start(1);
    const [job] = await claim(1);
    if (!job) throw new Error('nothing was claimed');
    await jobEndings.fail(job, problem);
    await completeBatches(dependencies);
    const [summary] = await claim(1, 'complete-batch');
    if (!summary) throw new Error('nothing sums it up');
    await jobEndings.fail(summary, problem);
    expect(await completeBatches(dependencies)).toBe(0);
    expect(await retryBatch(dependencies, user.id, id)).toMatchObject({ status: 'running' });
    await complete(...(await claim(1)));
    expect(await completeBatches(dependencies)).toBe(1);
  });
});

test('a batch of which nothing failed but the summing up is summed up again', async () => {
  const { id } = await start(1);
  await complete(...(await claim(1)));
  await completeBatches(dependencies);
  const [summary] = await claim(1, 'complete-batch');
  if (!summary) throw new Error('nothing sums it up');
  await jobEndings.fail(summary, problem);
  expect(await batches.getById(user.id, id)).toMatchObject({ status: 'running', endTime: null });
  expect(await retryBatch(dependencies, user.id, id)).toMatchObject({ status: 'running' });
  await runDueJobs({ ...dependencies, jobHandlers });
  expect((await batches.getById(user.id, id))?.status).toBe('completed');
  expect(await summaries()).toEqual([{ status: 'completed', batch: id }]);
  await expect(retryBatch(dependencies, user.id, id)).rejects.toMatchObject({
    ...{ code: 'batch_state', message: 'Nothing of the batch has failed.' },
  });
  await holds();
});

/** A step is a command and a number that says which of the jobs or batches it is for. */
const step = fc.tuple(
  fc.constantFrom(
    ...(['start', 'claim', 'complete', 'fail', 'retry', 'release', 'crash'] as const),
    ...(['cancel', 'pause', 'resume', 'reopen'] as const),
    ...(['pauseBatch', 'resumeBatch', 'cancelBatch', 'retryBatch', 'deleteBatch'] as const),
    ...(['updateBatch', 'sweep', 'sumUp'] as const),
  ),
  fc.nat(1_000),
);

test('whatever happens in whatever order, the counts add up and all that must hold holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      await query(db, 'delete from batches');
      await query(db, 'delete from jobs');
      const held: ClaimedJob[] = [];
      await start(3, 2);
      for (const [name, number] of steps) {
        await take(name, number, held).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
        await holds();
        for (const { id, totalFiles } of (await batches.listByUser(user.id, { limit: 99 })).data) {
          const counts = Object.values(await countsOf(id));
          expect(counts.reduce((sum, count) => sum + count)).toBe(totalFiles);
        }
      }
      // Whatever became of them, all batches that nobody paused come to their end.
      for (const job of held) await jobEndings.fail(job, problem);
      for (;;) {
        const claimed = await claim(9);
        for (const job of claimed) await complete(job);
        const swept = await completeBatches(dependencies);
        await runDueJobs({ ...dependencies, jobHandlers });
        if (claimed.length + swept === 0) break;
      }
      await holds();
      const open = await query(
        db,
        `select b.id from batches b where end_time is null and status <> 'paused' and not exists
           (select from jobs where batch_id = b.id and status = 'paused')
         and not exists (select from jobs where id = completion_job_id and status = 'failed')`,
      );
      expect(open).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);

/** What takes a claimed job away from the one who holds it. */
const ENDINGS = ['complete', 'fail', 'retry', 'release'];

async function take(name: string, number: number, held: ClaimedJob[]): Promise<void> {
  const pick = <Item>(items: Item[]): Item | undefined => items[number % items.length];
  const all = (await batches.listByUser(user.id, { limit: 99 })).data;
  const jobs = (await repositories.jobs.listByUser(user.id, { limit: 99 })).data;
  const batchId = pick(all)?.id;
  const jobId = pick(jobs)?.id;
  const mine = ENDINGS.includes(name) ? held.splice(number % (held.length || 1), 1)[0] : undefined;
  if (name === 'start') await start(1 + (number % 4), 1 + (number % 3));
  else if (name === 'claim') held.push(...(await claim(1 + (number % 3))));
  else if (name === 'complete') await (mine && complete(mine));
  else if (name === 'fail') await (mine && jobEndings.fail(mine, problem));
  else if (name === 'retry') await (mine && jobEndings.retry(mine, problem, 0));
  else if (name === 'release') await (mine && jobEndings.release(mine));
  else if (name === 'crash') await jobTakeovers.reclaimExpired(true);
  else if (name === 'sweep') await completeBatches(dependencies);
  else if (name === 'sumUp') await runDueJobs({ ...dependencies, jobHandlers });
  else if (batchId === undefined || jobId === undefined) return;
  else if (name === 'cancel') await repositories.jobs.cancel(user.id, jobId);
  else if (name === 'pause') await repositories.jobs.pause(user.id, jobId);
  else if (name === 'resume') await repositories.jobs.resume(user.id, jobId);
  else if (name === 'reopen') await repositories.jobs.reopen(user.id, jobId);
  else if (name === 'pauseBatch') await pauseBatch(dependencies, user.id, batchId);
  else if (name === 'resumeBatch') await resumeBatch(dependencies, user.id, batchId);
  else if (name === 'cancelBatch') await cancelBatch(dependencies, user.id, batchId);
  else if (name === 'retryBatch') await retryBatch(dependencies, user.id, batchId);
  else if (name === 'deleteBatch') await deleteBatch(dependencies, user.id, batchId);
  // Fewer than run would be no fault: those that run go on.
  else await updateBatch(dependencies, user.id, batchId, { workerCount: 3 + (number % 3) });
}

describe.skipIf(!onPostgres)('on connections of their own', { timeout: 120_000 }, () => {
  test('no more run at once than the batch has workers, however many claim', async () => {
    const { id } = await start(150, 3);
    let most = 0;
    const claimers = Array.from({ length: 10 }, async () => {
      for (;;) {
        const claimed = await claim(5);
        const [row] = await query<{ running: number; left: number }>(
          db,
          `select count(*) filter (where status = 'running')::integer as running,
             count(*) filter (where status in ('queued', 'running'))::integer as left
           from jobs where batch_id = '${id}'`,
        );
        most = Math.max(most, row?.running ?? 0);
        await complete(...claimed);
        if (row?.left === 0) return;
      }
    });
    await Promise.all(claimers);
    expect(most).toBe(3);
    expect(await countsOf(id)).toMatchObject({ completed: 150 });
    await holds();
  });

  test('two last jobs that end in the same moment have one job sum up the batch', async () => {
    for (let round = 0; round < 60; round += 1) {
      const { id } = await start(2);
      const claimed = await claim(2);
      expect(claimed).toHaveLength(2);
      await Promise.all(
        claimed.map(async (job) => {
          await complete(job);
          await completeBatches(dependencies);
        }),
      );
      expect(await summaries()).toHaveLength(round + 1);
      expect(await batches.getById(user.id, id)).toMatchObject({
        completionJobId: expect.any(String),
      });
    }
    await Promise.all([1, 2, 3].map(() => completeBatches(dependencies)));
    expect(await summaries()).toHaveLength(60);
    await holds();
  });

  test('a job that is tried again while the batch comes to its end is not forgotten', async () => {
    for (let round = 0; round < 60; round += 1) {
      const { id } = await start(1);
      const [job] = await claim(1);
      if (!job) throw new Error('nothing was claimed');
      await jobEndings.fail(job, problem);
      const [reopened, swept] = await Promise.all([
        repositories.jobs.reopen(user.id, job.jobId).catch((error: AppError) => error.code),
        completeBatches(dependencies),
      ]);
      // One of both was first.
      if (reopened === 'job_state') expect(swept).toBe(1);
      else expect([swept, await countsOf(id)]).toMatchObject([0, { queued: 1 }]);
      await cancelBatch(dependencies, user.id, id);
    }
    await holds();
  });

  test('jobs that are tried again by themselves, and all of them, do not wait for each other', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await start(10, 10);
      const failed = await claim(10);
      for (const job of failed) await jobEndings.fail(job, problem);
      const single = failed.slice(0, 5).map(async ({ jobId }) => {
        const reopened = repositories.jobs.reopen(user.id, jobId);
        // The batch was first.
        await reopened.catch((error) => expect(error).toMatchObject({ code: 'job_state' }));
      });
      await Promise.all([...single, retryBatch(dependencies, user.id, id)]);
      expect(await countsOf(id)).toMatchObject({ queued: 10, failed: 0 });
      await cancelBatch(dependencies, user.id, id);
    }
    await holds();
  });

  test('pausing and completing the same jobs do not wait for each other', async () => {
    for (let round = 0; round < 30; round += 1) {
      const { id } = await start(60, 60);
      const claimed = await claim(60);
      const half = claimed.length / 2;
      await Promise.all([
        complete(...claimed.slice(0, half).toReversed()),
        pauseBatch(dependencies, user.id, id),
        complete(...claimed.slice(half)),
        jobQueue.beat(
          claimed.map((job) => ({ ...job, progress: 0.5 })),
          60_000,
        ),
      ]);
      const { completed, paused } = await countsOf(id);
      expect(completed + paused).toBe(60);
      await cancelBatch(dependencies, user.id, id);
    }
    await holds();
  });
});
