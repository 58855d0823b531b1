import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createBell } from '../../src/jobs/bell.ts';
import { defineHandler } from '../../src/jobs/handler.ts';
import { startWorkers, type Workers } from '../../src/jobs/workers.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';

const connection = await openTestDatabase();
const { db } = connection;
const repositories = createRepositories(db);
const { claim } = repositories.jobQueue;
const workersBell = createBell();
const log = { info() {}, warn() {}, error() {} };

let user: User;
let done: string[];
let workers: Workers | undefined;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  done = [];
});
afterEach(() => workers?.stop());

/** @param claims what comes of a claim that was made, on the way back */
async function work(claims: typeof claim): Promise<Workers> {
  const handler = defineHandler({
    ...{ type: 'embed', concurrency: 8 },
    run: async ({ id }) => {
      done.push(id);
      return { result: null };
    },
  });
  workers = await startWorkers(
    {
      ...{ db, connection, workersBell, log },
      repositories: { ...repositories, jobQueue: { ...repositories.jobQueue, claim: claims } },
      jobHandlers: new Map([[handler.type, handler]]),
    },
    { slots: 2, concurrency: new Map(), pollMs: 50, leaseMs: 3_600_000, graceMs: 100 },
  );
  return workers;
}

const create = async () => (await repositories.jobs.create(user.id, { type: 'embed' })).job.id;
const statuses = async () =>
  (await query<{ status: string }>(db, 'select status from jobs')).map(({ status }) => status);
const outcomes = async () =>
  (
    await query<{ outcome: string }>(
      db,
      'select outcome from job_runs order by started_at, attempt',
    )
  ).map(({ outcome }) => outcome);

describe('a claim', () => {
  test('whose answer is lost is taken back: nothing waits for its lease', async () => {
    const ids = [await create(), await create()];
    let isLost = true;
    await work(async (...request) => {
      const claimed = await claim(...request);
      if (isLost && claimed.length > 0) {
        isLost = false;
        throw Object.assign(new Error('cut'), { code: 'CONNECTION_CLOSED' });
      }
      return claimed;
    });
    await expect.poll(statuses, { timeout: 20_000 }).toEqual(['completed', 'completed']);
    expect(done.toSorted()).toEqual(ids.toSorted());
    expect(await outcomes()).toEqual(['released', 'released', 'completed', 'completed']);
    expect(await query(db, 'select max(crash_count)::integer as crashes from jobs')).toEqual([
      { crashes: 0 },
    ]);
    expect(await checkJobInvariants(db)).toEqual([]);
  });

  test('that is answered when the process is ending hands its jobs back', async () => {
    await create();
    const claimed = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    const { stop } = await work(async (...request) => {
      const jobs = await claim(...request);
      claimed.resolve();
      await mayAnswer.promise;
      return jobs;
    });
    await claimed.promise;
    await stop();
    mayAnswer.resolve();
    await expect.poll(statuses, { timeout: 20_000 }).toEqual(['queued']);
    expect(await outcomes()).toEqual(['released']);
    expect(done).toEqual([]);
    expect(await checkJobInvariants(db)).toEqual([]);
  });

  test.skipIf(onPostgres)('waits behind a long transaction for as long as that takes', async () => {
    await work(claim);
    const id = await db.transaction(async (tx) => {
      const { job } = await createRepositories(tx).jobs.create(user.id, { type: 'embed' });
      workersBell.ring();
      return job.id;
    });
    await expect.poll(statuses, { timeout: 20_000 }).toEqual(['completed']);
    expect(done).toEqual([id]);
    expect(await outcomes()).toEqual(['completed']);
  });
});
