import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from './database.ts';
import { createUser } from './factories.ts';
import { checkJobInvariants } from './job-invariants.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a job of `test-worker.ts` does, one after the other. */
export type Step =
  | { sleep: number }
  | { ignore: number }
  | { block: number }
  | { effect: string }
  | { note: string }
  | { kill: true }
  | { stray: string };

/** What jobs wrote: in which attempt, and which attempt the job was at then. */
type Written = { jobId: string; attempt: number; current: number; name: string };

/** A database of its own, and processes that work on it. They end with the test. */
export async function openWorkshop() {
  const { db, url = '' } = await openTestDatabase();
  const repositories = createRepositories(db);
  for (const table of ['effects', 'notes']) {
    await query(
      db,
      `create table ${table} (position serial, job_id uuid, attempt integer, current integer,
        name text, at timestamptz not null default clock_timestamp())`,
    );
  }
  const user = await createUser(repositories);
  const running = new Set<ChildProcess>();
  const endAll = () =>
    Promise.all(
      [...running].map((child) => {
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        return exit;
      }),
    );
  afterEach(endAll);
  afterAll(endAll);
  const written = (table: string) => () =>
    query<Written>(
      db,
      `select job_id as "jobId", attempt, current, name from ${table} order by position`,
    );

  return {
    ...{ db, url, repositories, user, start, enqueue, count, ended, holds, clear },
    effects: written('effects'),
    notes: written('notes'),
  };

  /** Starts a file as a process, with short leases: they are lost where it gets no time for seconds. */
  function start(settings: NodeJS.ProcessEnv = {}, file = 'tests/helpers/test-worker.ts') {
    const env = {
      ...process.env,
      ...{ DATABASE_URL: url, LOG_LEVEL: 'fatal', JOB_LEASE_MS: '2000', MIGRATE_ON_START: 'false' },
      // A busy machine is no reason to refuse a request.
      EVENT_LOOP_DELAY_MAX_MS: '0',
      ...settings,
    };
    const args = ['--import', join(ROOT, 'src/fast-start.ts'), join(ROOT, file)];
    const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  async function enqueue(steps: Step[], maxRetries = 3): Promise<string> {
    const parameters = { steps };
    const { job } = await repositories.jobs.create(user.id, {
      ...{ type: 'embed', parameters, maxRetries },
    });
    return job.id;
  }

  /** How many jobs of each status there are. */
  async function count(): Promise<Record<string, number>> {
    const rows = await query<{ status: string; count: number }>(
      db,
      'select status, count(*)::integer as count from jobs group by status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** Waits until nothing is left to do. */
  async function ended(timeout = 120_000): Promise<Record<string, number>> {
    const open = async () => {
      const { queued = 0, running: active = 0 } = await count();
      return queued + active;
    };
    await expect.poll(open, { timeout, interval: 100 }).toBe(0);
    return count();
  }

  async function holds(): Promise<void> {
    expect(await checkJobInvariants(db)).toEqual([]);
  }

  async function clear(): Promise<void> {
    await query(db, 'truncate effects, notes');
    await query(db, 'delete from jobs');
  }
}
