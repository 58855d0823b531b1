import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { onPostgres, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

const workshop = await openWorkshop();
const { db, repositories, user, start, enqueue, effects, notes, ended, count, holds } = workshop;

const noted = (name: string) =>
  expect
    .poll(async () => (await notes()).map((note) => note.name), { timeout: 60_000 })
    .toContain(name);
const outcomes = (jobId: string) =>
  query<{ outcome: string }>(
    db,
    `select outcome from job_runs where job_id = '${jobId}' order by attempt`,
  );

describe.skipIf(!onPostgres)('processes that do jobs', { timeout: 240_000 }, () => {
  beforeEach(workshop.clear);

  test('lose what they hold when they are stopped, and write nothing late', async () => {
    const jobId = await enqueue([{ note: 'begun' }, { ignore: 5_000 }, { effect: 'done' }]);
    const patient = { JOB_LEASE_MS: '10000' };
    const zombie = start(patient);
    await noted('begun');
    zombie.kill('SIGSTOP');
    start(patient);
    expect(await ended()).toEqual({ completed: 1 });
    zombie.kill('SIGCONT');
    await noted('refused');
    expect(await effects()).toEqual([{ jobId, attempt: 2, current: 2, name: 'done' }]);
    expect(await outcomes(jobId)).toEqual([{ outcome: 'crashed' }, { outcome: 'completed' }]);
    expect((await repositories.jobs.getById(user.id, jobId))?.result).toEqual({ attempt: 2 });
    await holds();
  });

  test('are told when their job is cancelled or paused, and write nothing more', async () => {
    const steps = [{ note: 'begun' }, { ignore: 30_000 }, { effect: 'too late' }];
    const cancelled = await enqueue(steps);
    const paused = await enqueue(steps);
    start({ JOB_LEASE_MS: '60000' });
    const names = async () => (await notes()).map(({ name }) => name).toSorted();
    await expect.poll(names, { timeout: 60_000 }).toEqual(['begun', 'begun']);
    await repositories.jobs.cancel(user.id, cancelled);
    await repositories.jobs.pause(user.id, paused);
    // While both still ignore that they were told.
    await expect
      .poll(names, { timeout: 28_000 })
      .toEqual(['LeaseLost', 'LeaseLost', 'begun', 'begun']);
    await expect
      .poll(names, { timeout: 60_000 })
      .toEqual(['LeaseLost', 'LeaseLost', 'begun', 'begun', 'refused', 'refused']);
    expect(await effects()).toEqual([]);
    expect(await count()).toEqual({ cancelled: 1, paused: 1 });
    await holds();
  });

  test('end on SIGTERM: what is short is done, what is long is handed back', async () => {
    const short = await enqueue([{ note: 'begun' }, { sleep: 4_000 }, { effect: 'done' }]);
    const long = await enqueue([{ note: 'begun' }, { sleep: 60_000 }]);
    const rude = await enqueue([{ note: 'begun' }, { ignore: 60_000 }]);
    const waiting = await enqueue([]);
    const child = start({ WORKERS: '3', GRACE_MS: '12000', JOB_LEASE_MS: '60000' });
    await expect.poll(async () => (await notes()).length, { timeout: 60_000 }).toBe(3);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect((await effects()).map(({ jobId }) => jobId)).toEqual([short]);
    for (const id of [long, rude]) {
      expect(await repositories.jobs.getById(user.id, id)).toMatchObject({
        ...{ status: 'queued', retryCount: 0, crashCount: 0, errorCode: null },
      });
      expect(await outcomes(id)).toEqual([{ outcome: 'released' }]);
    }
    expect((await repositories.jobs.getById(user.id, waiting))?.status).toBe('queued');
    await holds();
  });

  test.each([
    { steps: [{ kill: true as const }], exit: [null, 'SIGKILL'] },
    { steps: [{ stray: 'nobody catches this' }, { ignore: 60_000 }], exit: [1, null] },
  ])('give up a job that has ended three of them, by $steps.0', async ({ steps, exit }) => {
    const poison = await enqueue([{ note: 'begun' }, ...steps]);
    const others = await Promise.all([1, 2, 3].map(() => enqueue([{ effect: 'done' }])));
    for (let crash = 0; crash < 3; crash += 1) {
      const child = start({ WORKERS: '1', GRACE_MS: '100' });
      expect(await once(child, 'exit')).toEqual(exit);
    }
    start({ WORKERS: '1' });
    expect(await ended()).toEqual({ failed: 1, completed: 3 });
    expect(await repositories.jobs.getById(user.id, poison)).toMatchObject({
      ...{ status: 'failed', errorCode: 'quarantined', crashCount: 3 },
    });
    expect((await effects()).map(({ jobId }) => jobId).toSorted()).toEqual(others.toSorted());
    await holds();
  });

  test('lose their connections again and again, and no job', async () => {
    for (let index = 0; index < 150; index += 1) await enqueue([{ sleep: 50 }, { effect: 'done' }]);
    start({ WORKERS: '4' });
    start({ WORKERS: '4' });
    for (let cut = 0; cut < 6; cut += 1) {
      await setTimeout(400);
      await query(
        db,
        `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
      ).catch(() => {});
    }
    expect(await ended(90_000)).toEqual({ completed: 150 });
    const jobs = new Set((await effects()).map(({ jobId }) => jobId));
    expect(jobs.size).toBe(150);
    expect((await effects()).filter(({ attempt, current }) => attempt !== current)).toEqual([]);
    await holds();
  });

  test('do not keep one user waiting for 50,000 jobs of another', async () => {
    await query(
      db,
      `insert into jobs (user_id, type, parameters)
      select '${user.id}', 'embed', '{"steps": [{"sleep": 20}]}' from generate_series(1, 50000)`,
    );
    start();
    await expect
      .poll(async () => (await count()).completed ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(20);
    const other = await createUser(repositories);
    const { job } = await repositories.jobs.create(other.id, {
      ...{ type: 'embed', parameters: { steps: [] } },
    });
    await expect
      .poll(async () => (await repositories.jobs.getById(other.id, job.id))?.status, {
        timeout: 60_000,
      })
      .toBe('completed');
    // Those would have taken a quarter of an hour.
    expect((await count()).queued).toBeGreaterThan(40_000);
  });
});
