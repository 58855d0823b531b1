import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createBell } from '../../src/jobs/bell.ts';
import type { JobHandler, RunningJob } from '../../src/jobs/handler.ts';
import { JobError, LeaseLost, WorkerStopped } from '../../src/jobs/job-error.ts';
import { startWorkers, type Workers } from '../../src/jobs/workers.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { JobType } from '../../src/schemas/job-types.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { FIRST_USER } from '../helpers/jobs.ts';

const connection = await openTestDatabase();
const { db } = connection;
const repositories = createRepositories(db);
const workersBell = createBell();
const log = { info() {}, warn() {}, error() {} };

let user: User;
let workers: Workers | undefined;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});
afterEach(() => workers?.stop());

type Run = JobHandler['run'];
type Options = Partial<Parameters<typeof startWorkers>[1]>;

const LONG = new Set(['transcribe', 'enhance']);

/** Workers that are not woken by time, so that a test says what wakes them. */
async function work(
  runs: Partial<Record<JobType, Run>>,
  options: Options = {},
  parts: Partial<Parameters<typeof startWorkers>[0]> = {},
): Promise<void> {
  const handlers = Object.entries(runs).map(
    ([type, run]): JobHandler => ({
      ...{ type: type as JobType, concurrency: 8, run },
      isLong: LONG.has(type),
    }),
  );
  const jobHandlers = new Map(handlers.map((handler) => [handler.type, handler]));
  workers = await startWorkers(
    { db, connection, repositories, jobHandlers, workersBell, log, ...parts },
    { slots: 2, concurrency: new Map(), pollMs: 60_000, leaseMs: 60_000, graceMs: 100, ...options },
  );
}

async function enqueue(type: JobType = 'embed', count = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await repositories.jobs.create(user.id, { type })).job.id);
  }
  workersBell.ring();
  return ids;
}

const statuses = async () =>
  (await query<{ status: string }>(db, 'select status from jobs order by position')).map(
    ({ status }) => status,
  );
const settled = (status: string, count = 1) =>
  expect.poll(statuses).toEqual(Array(count).fill(status));

const settledAs = (id: string, status: string) =>
  expect.poll(async () => (await repositories.jobs.getById(user.id, id))?.status).toBe(status);

describe('workers', () => {
  test('begin with what waits, and are woken by what is enqueued', async () => {
    const [first] = await enqueue();
    const done: string[] = [];
    await work({ embed: async ({ id }) => ({ result: done.push(id) }) });
    await settled('completed');
    const [second] = await enqueue();
    await settled('completed', 2);
    expect(done).toEqual([first, second]);
  });

  test('find by themselves what nobody rang for', async () => {
    await work({ embed: async () => ({}) }, { pollMs: 20 });
    await repositories.jobs.create(user.id, { type: 'embed' });
    await settled('completed');
  });

  test('leave jobs alone that they have no handler for', async () => {
    await work({ embed: async () => ({}) });
    await enqueue('export');
    await enqueue('embed');
    await expect.poll(statuses).toEqual(['queued', 'completed']);
  });

  test('do as many at once as there are slots, and of a type as many as it allows', async () => {
    const atOnce = { embed: 0, export: 0 };
    const most = { embed: 0, export: 0, all: 0 };
    const run =
      (type: 'embed' | 'export'): Run =>
      async () => {
        atOnce[type] += 1;
        most[type] = Math.max(most[type], atOnce[type]);
        most.all = Math.max(most.all, atOnce.embed + atOnce.export);
        await setTimeout(20);
        atOnce[type] -= 1;
        return {};
      };
    await enqueue('embed', 12);
    await enqueue('export', 12);
    const options = { slots: 4, concurrency: new Map([['export', 1]]) };
    await work({ embed: run('embed'), export: run('export') }, options);
    await settled('completed', 24);
    expect(most.export).toBe(1);
    expect(most.all).toBe(4);
  });

  test.each([2, 3])('keep one of %d slots from jobs that take hours', async (slots) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let atOnce = 0;
    let most = 0;
    const takesHours: Run = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await promise;
      atOnce -= 1;
      return {};
    };
    await enqueue('transcribe', 3);
    await enqueue('enhance', 3);
    const runs = { transcribe: takesHours, enhance: takesHours, embed: async () => ({}) };
    await work(runs, { slots, pollMs: 10 });
    const embeds = await enqueue('embed', 3);
    for (const id of embeds) await settledAs(id, 'completed');
    await expect.poll(() => atOnce).toBe(slots - 1);
    resolve();
    await settled('completed', 9);
    expect(most).toBe(slots - 1);
  });

  test('do jobs that take hours also where there is one slot', async () => {
    await enqueue('transcribe', 2);
    await work({ transcribe: async () => ({}) }, { slots: 1 });
    await settled('completed', 2);
  });

  test('tell how far a job is', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await work({
      async embed({ progress }) {
        progress(0.25);
        for (const nonsense of [Number.NaN, -1, 2]) progress(nonsense);
        await promise;
        return {};
      },
    });
    const [id = ''] = await enqueue();
    const progress = async () => (await repositories.jobs.getById(user.id, id))?.progress;
    await expect.poll(progress).toBe(0.25);
    resolve();
    await settled('completed');
    expect(await progress()).toBe(1);
  });

  test.each(['paused', 'cancelled'])('tell a handler that its job is %s', async (status) => {
    let reason: unknown;
    const begun = Promise.withResolvers<RunningJob>();
    await work({
      async embed(job) {
        begun.resolve(job);
        await setTimeout(20_000, undefined, { signal: job.signal }).catch(() => {});
        reason = job.signal.reason;
        return { result: 'too late' };
      },
    });
    const [id = ''] = await enqueue();
    await begun.promise;
    if (status === 'paused') await repositories.jobs.pause(user.id, id);
    else await repositories.jobs.cancel(user.id, id);
    await expect.poll(() => reason).toBeInstanceOf(LeaseLost);
    expect(await repositories.jobs.getById(user.id, id)).toMatchObject({ status, result: null });
  });

  test('hand back what is not done when they stop, and use up no attempt', async () => {
    let reason: unknown;
    const begun = Promise.withResolvers<void>();
    await work({
      async embed({ signal }) {
        begun.resolve();
        await setTimeout(20_000, undefined, { signal }).catch(() => {});
        reason = signal.reason;
        throw new JobError('ended', 'It was ended.');
      },
    });
    const [id = ''] = await enqueue();
    await begun.promise;
    await workers?.stop();
    expect(reason).toBeInstanceOf(WorkerStopped);
    expect(await repositories.jobs.getById(user.id, id)).toMatchObject({
      ...{ status: 'queued', retryCount: 0, crashCount: 0, errorCode: null },
    });
    expect(await query(db, 'select outcome from job_runs')).toEqual([{ outcome: 'released' }]);
  });

  test('let what is nearly done end when they stop, and take nothing more', async () => {
    const begun = Promise.withResolvers<void>();
    const run: Run = async () => {
      begun.resolve();
      await setTimeout(50);
      return {};
    };
    await enqueue('embed', 2);
    await work({ embed: run }, { slots: 1, graceMs: 20_000 });
    await begun.promise;
    await workers?.stop();
    expect(await statuses()).toEqual(['completed', 'queued']);
  });

  test('go on with other jobs when what came of one cannot be stored', async () => {
    const results: Record<string, unknown> = {};
    const given = [{ half: '\ud800' }, { '\0': 1 }, 10n, { fine: 'ü' }, undefined];
    const ids = await enqueue('embed', given.length);
    await work({ embed: async ({ id }) => ({ result: given[ids.indexOf(id)] }) }, { slots: 5 });
    await expect.poll(statuses).toEqual(['failed', 'failed', 'failed', 'completed', 'completed']);
    for (const id of ids) {
      const job = await repositories.jobs.getById(user.id, id);
      results[id] = job?.errorCode ?? job?.result;
    }
    expect(Object.values(results)).toEqual([
      ...['invalid_result', 'invalid_result', 'invalid_result', { fine: 'ü' }, null],
    ]);
  });

  test('complete one job though another cannot be completed in the same moment', async () => {
    const ids = await enqueue('embed', 2);
    const together = Promise.withResolvers<void>();
    let begun = 0;
    await work({
      async embed({ id }) {
        begun += 1;
        if (begun === 2) together.resolve();
        await together.promise;
        // What no statement takes.
        return id === ids[0] ? { transcriptId: 'none' } : {};
      },
    });
    await expect.poll(statuses).toEqual(['queued', 'completed']);
    expect((await repositories.jobs.getById(user.id, ids[0] ?? ''))?.errorCode).toBe('internal');
  });

  test('give a slot to others though a handler does not heed its signal', async () => {
    // The driver connects by a timer: they go on, and the ten seconds are passed over.
    const toFake = ['setTimeout' as const, 'clearTimeout' as const];
    vi.useFakeTimers({ toFake, shouldAdvanceTime: true });
    onTestFinished(() => void vi.useRealTimers());
    const never = new Promise<never>(() => {});
    const begun = Promise.withResolvers<void>();
    await work(
      {
        async embed({ signal }) {
          signal.addEventListener('abort', () => begun.resolve());
          return never;
        },
        export: async () => ({}),
      },
      { slots: 1 },
    );
    const [id = ''] = await enqueue('embed');
    await settledAs(id, 'running');
    await enqueue('export');
    await repositories.jobs.cancel(user.id, id);
    workersBell.ring();
    await begun.promise;
    expect(await statuses()).toEqual(['cancelled', 'queued']);
    await vi.advanceTimersByTimeAsync(10_000);
    await expect.poll(statuses).toEqual(['cancelled', 'completed']);
  });

  test('begin the next jobs while ends are being written, but not without limit', async () => {
    const mayWrite = Promise.withResolvers<void>();
    const { complete } = repositories.jobEndings;
    const slow: typeof complete = async (completions) => {
      await mayWrite.promise;
      return complete(completions);
    };
    const jobEndings = { ...repositories.jobEndings, complete: slow };
    const begun: string[] = [];
    await work(
      { embed: async ({ id }) => ({ result: begun.push(id) }) },
      { slots: 1 },
      { repositories: { ...repositories, jobEndings } },
    );
    const ids = await enqueue('embed', 25);
    await expect.poll(() => begun).toEqual(ids.slice(0, 21));
    const found = await statuses();
    expect(found).toEqual([...Array(21).fill('running'), ...Array(4).fill('queued')]);
    mayWrite.resolve();
    await settled('completed', 25);
    expect(begun).toEqual(ids);
  });

  test('go on when the database fails for a while, and say so once', async () => {
    const said: string[] = [];
    let failures = 3;
    const { claim } = repositories.jobQueue;
    const failing: typeof claim = async (...request) => {
      failures -= 1;
      if (failures >= 0) throw new Error('away');
      return claim(...request);
    };
    const error = (_: object, message: string) => said.push(message);
    const info = (_: object, message: string) => said.push(message);
    const jobQueue = { ...repositories.jobQueue, claim: failing };
    await work(
      { embed: async () => ({}) },
      { pollMs: 10 },
      { repositories: { ...repositories, jobQueue }, log: { ...log, error, info } },
    );
    await enqueue();
    await settled('completed');
    expect(said).toEqual([
      ...['working on jobs', 'looking for jobs failed; it is tried again'],
      'looking for jobs works again',
    ]);
  });

  test.skipIf(onPostgres)(
    'of the embedded database take over at once what a crash left',
    async () => {
      const [id = ''] = await enqueue();
      await repositories.jobQueue.claim('gone', {
        ...{ limit: 1, room: { embed: 1 }, after: FIRST_USER, leaseMs: 3_600_000 },
      });
      await work({ embed: async () => ({}) });
      await settled('completed');
      expect((await repositories.jobs.getById(user.id, id))?.crashCount).toBe(1);
    },
  );

  test.skipIf(!onPostgres)('keep a job whose transaction takes longer than its lease', async () => {
    const begun = Promise.withResolvers<void>();
    await work(
      {
        async embed({ db: mine }) {
          await mine.transaction(async () => {
            begun.resolve();
            await setTimeout(7_000);
          });
          // Long enough for others to take it, if it could be taken now.
          await setTimeout(2_000);
          return {};
        },
      },
      { leaseMs: 4_000 },
    );
    const [id = ''] = await enqueue();
    await begun.promise;
    await setTimeout(5_000);
    // Somebody else looks for what has run out.
    expect(await repositories.jobTakeovers.reclaimExpired()).toBe(0);
    await settled('completed');
    expect(await repositories.jobs.getById(user.id, id)).toMatchObject({
      attempt: 1,
      crashCount: 0,
    });
  });
});
