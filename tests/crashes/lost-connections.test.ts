import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { onPostgres, query } from '../helpers/database.ts';
import { freePort } from '../helpers/free-port.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

const CUTS = 12;

const { db, start, holds } = await openWorkshop();

describe.skipIf(!onPostgres)('a server whose connections are cut', () => {
  test(`goes on, ${CUTS} times, and does what it took`, { timeout: 240_000 }, async () => {
    const backends = `select pid from pg_stat_activity where datname = current_database()`;
    const own = await query<{ pid: number }>(db, backends);
    const port = await freePort();
    const server = start(
      { PORT: String(port), WORKERS: '4', JOB_LEASE_MS: '2000' },
      'src/server.ts',
    );
    const base = `http://127.0.0.1:${port}`;
    const isReady = () =>
      fetch(`${base}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isReady, { timeout: 60_000 }).toBe(true);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const post = (path: string, body: object) =>
      fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const account = { email: 'ada@example.org', password: 'correct horse battery' };
    const { token } = (await (await post('/v1/auth/register', account)).json()) as {
      token: string;
    };
    headers.authorization = `Bearer ${token}`;
    const statuses: number[] = [];
    const add = async (name: string) => {
      const text = `Ben: This is ${name}, of the wheel.\n`.repeat(100);
      const answer = await post('/v1/jobs', { type: 'import', parameters: { title: name, text } });
      statuses.push(answer.status);
    };
    for (let job = 0; job < 20; job += 1) await add(`first ${job}`);
    for (let cut = 0; cut < CUTS; cut += 1) {
      await query(
        db,
        `select pg_terminate_backend(pid) from (${backends}) as b
        where pid not in (pg_backend_pid(), ${own.map(({ pid }) => pid).join()})`,
      );
      await Promise.all([0, 1, 2, 3].map((n) => add(`later ${cut} ${n}`)));
      await setTimeout(100);
    }
    expect(server.exitCode).toBeNull();
    expect(statuses.filter((status) => status !== 202 && status !== 503)).toEqual([]);
    const open = `select id from jobs where status in ('queued', 'running')`;
    await expect.poll(() => query(db, open), { timeout: 120_000 }).toEqual([]);
    // A request that was cut off in the moment of its commit was answered with 503, and may be there.
    const [jobs] = await query<{ count: number }>(
      db,
      `select count(*)::integer as count from jobs where status = 'completed'`,
    );
    expect(jobs?.count).toBeGreaterThanOrEqual(statuses.filter((status) => status === 202).length);
    await holds();
    const exit = once(server, 'exit');
    server.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
  });
});
