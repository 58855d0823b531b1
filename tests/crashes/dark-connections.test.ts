import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onPostgres, query } from '../helpers/database.ts';
import { startProxy } from '../helpers/proxy.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

const JOBS = 100;

const workshop = await openWorkshop();
const { db, repositories, user, start, enqueue, effects, notes, ended, count, holds } = workshop;
const proxy = onPostgres ? await startProxy(workshop.url) : undefined;
afterEach(() => proxy?.mend());
afterAll(() => proxy?.close());

/** A worker whose way to the database is the proxy. */
const work = (settings: NodeJS.ProcessEnv) =>
  start({
    ...{ DATABASE_URL: proxy?.url, WORKERS: '4' },
    // What these allow is waited for, and a little longer.
    ...{ DATABASE_STATEMENT_TIMEOUT_MS: '1000', DATABASE_IDLE_TIMEOUT_MS: '1000' },
    ...settings,
  });

const outcomes = async () =>
  (
    await query<{ outcome: string }>(
      db,
      'select outcome from job_runs order by started_at, attempt',
    )
  ).map(({ outcome }) => outcome);

describe.skipIf(!onPostgres)('a process', { timeout: 240_000 }, () => {
  beforeEach(workshop.clear);

  test('whose connections never answer takes new ones, and loses no job', async () => {
    for (let index = 0; index < JOBS; index += 1) {
      await enqueue([{ sleep: 150 }, { effect: 'done' }]);
    }
    work({ JOB_LEASE_MS: '120000' });
    await expect
      .poll(async () => (await count()).completed ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(0);
    proxy?.goDark();
    expect((await count()).queued).toBeGreaterThan(0);
    expect(await ended(120_000)).toEqual({ completed: JOBS });
    expect(new Set((await effects()).map(({ jobId }) => jobId)).size).toBe(JOBS);
    expect((await effects()).filter(({ attempt, current }) => attempt !== current)).toEqual([]);
    // Nothing had to wait for the end of its lease.
    expect(await outcomes()).not.toContain('crashed');
    await holds();
  });

  test('that the database was away from hands back what it gave up; that is no crash', async () => {
    const id = await enqueue([{ note: 'begun' }, { sleep: 5_000 }, { effect: 'done' }]);
    work({ JOB_LEASE_MS: '8000' });
    await expect.poll(async () => (await notes()).length, { timeout: 60_000 }).toBe(1);
    proxy?.cut();
    const expired = 'select id from jobs where lease_expires_at < now()';
    await expect.poll(() => query(db, expired), { timeout: 60_000 }).toHaveLength(1);
    proxy?.mend();
    expect(await ended()).toEqual({ completed: 1 });
    expect(await outcomes()).toEqual(['released', 'completed']);
    expect((await repositories.jobs.getById(user.id, id))?.crashCount).toBe(0);
    expect((await effects()).map(({ attempt }) => attempt)).toEqual([2]);
    await holds();
  });
});
