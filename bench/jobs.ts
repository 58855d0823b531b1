import { PgBoss } from 'pg-boss';
import { openPostgres } from '../src/db/postgres.ts';
import { createRepositories, type Repositories } from '../src/repositories/index.ts';
import { withDatabase } from './postgres.ts';
import { type Finding, interleave, judge, median, quantile, skipped, spread } from './ratio.ts';

export const QUESTION = 'Is the queue as fast as pg-boss, and does a claim stay fast?';

const JOBS = Number(process.env.BENCH_JOBS ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 2);
/** Jobs that one statement enqueues. */
const SLICE = 1_000;
const WORKERS = [1, 4, 16];
const AT_ONCE = [1, 10];
const QUEUE = 'bench';
const LEAST = 1;
const MOST_CLAIM_MS = 50;
const FIRST_USER = '00000000-0000-0000-0000-000000000000';

/** One side of the comparison. A worker takes some jobs, and completes them, until there are none. */
type Queue = {
  enqueue(count: number): Promise<void>;
  /** @returns how many jobs it took and completed */
  work(atMost: number): Promise<number>;
};

/** Jobs a second of both queues, in turn, on one database each; and the times of claims. */
export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('it measures PostgreSQL');
  const findings = await withDatabase(server, (url) =>
    withDatabase(server, (theirUrl) => compare(url, theirUrl), { migrated: false }),
  );
  findings.push(await withDatabase(server, measureClaims));
  return findings;
}

async function compare(url: string, theirUrl: string): Promise<Finding[]> {
  const connection = await openPostgres(url);
  const boss = new PgBoss({
    connectionString: theirUrl,
    max: 20,
    supervise: false,
    schedule: false,
  });
  boss.on('error', (error) => {
    throw error;
  });
  try {
    await boss.start();
    await boss.createQueue(QUEUE);
    const repositories = createRepositories(connection.db);
    const user = await repositories.users.create({ email: 'b@example.org', passwordHash: '-' });
    const ours = createOurs(repositories, user.id, (sql) => connection.db.execute(sql));
    const theirs = createTheirs(boss);
    const findings: Finding[] = [];
    for (const atMost of AT_ONCE) {
      for (const workers of WORKERS) {
        const both = await interleave(
          ROUNDS,
          () => perSecond(ours, workers, atMost),
          () => perSecond(theirs, workers, atMost),
        );
        const ratio = median(both.a) / median(both.b);
        const question = `${workers} workers, ${atMost} at once`;
        console.log(`  ${question}: ours ${spread(both.a)}, pg-boss ${spread(both.b)} jobs/s`);
        const found = `${ratio.toFixed(2)} of pg-boss`;
        findings.push(judge(question, found, `≥ ${LEAST}`, ratio >= LEAST));
      }
    }
    return findings;
  } finally {
    await boss.stop({ graceful: false });
    await connection.close();
  }
}

function createOurs(
  { jobQueue, jobEndings }: Repositories,
  userId: string,
  execute: (sql: string) => Promise<unknown>,
): Queue {
  return {
    async enqueue(count) {
      await execute(`insert into jobs (user_id, type, parameters)
        select '${userId}', 'embed', '{}' from generate_series(1, ${count})`);
    },
    async work(atMost) {
      const request = { limit: atMost, room: { embed: atMost }, after: FIRST_USER };
      const claimed = await jobQueue.claim('bench', { ...request, leaseMs: 60_000 });
      const nothing = { result: null, createdFiles: [], transcriptId: null };
      await jobEndings.complete(claimed.map(({ jobId, token }) => ({ jobId, token, ...nothing })));
      return claimed.length;
    },
  };
}

function createTheirs(boss: PgBoss): Queue {
  return {
    async enqueue(count) {
      await boss.insert(
        QUEUE,
        Array.from({ length: count }, () => ({ data: {} })),
      );
    },
    async work(atMost) {
      const fetched = await boss.fetch(QUEUE, { batchSize: atMost });
      if (fetched.length > 0) {
        await boss.complete(
          QUEUE,
          fetched.map(({ id }) => id),
        );
      }
      return fetched.length;
    },
  };
}

/** Enqueues all, then has them done. */
async function perSecond(queue: Queue, workers: number, atMost: number): Promise<number> {
  const startedAt = performance.now();
  for (let count = 0; count < JOBS; count += SLICE)
    await queue.enqueue(Math.min(SLICE, JOBS - count));
  let left = JOBS;
  const worker = async () => {
    while (left > 0) {
      const done = await queue.work(atMost);
      left -= done;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return JOBS / ((performance.now() - startedAt) / 1_000);
}

/** Claims on one connection while 100,000 jobs of 1,000 users wait, half of them for later. */
async function measureClaims(url: string): Promise<Finding> {
  const connection = await openPostgres(url, { poolSize: 1 });
  const { db } = connection;
  try {
    await db.execute(`insert into users (email, password_hash)
      select 'user' || n || '@example.org', '' from generate_series(1, 1000) n`);
    await db.execute(`insert into jobs (user_id, type, priority, run_after)
      select id, 'embed', n % 3, now() + (n % 2) * interval '1 day'
      from users, generate_series(1, 100) n`);
    const { jobQueue } = createRepositories(db);
    const times: number[] = [];
    let after = FIRST_USER;
    for (let n = 0; n < 1_000; n += 1) {
      const startedAt = performance.now();
      const request = { limit: 1, room: { embed: 1, import: 1, export: 1 }, after };
      const [claimed] = await jobQueue.claim('bench', { ...request, leaseMs: 60_000 });
      times.push(performance.now() - startedAt);
      if (!claimed) throw new Error('nothing was claimed');
      after = claimed.userId;
    }
    const p99 = quantile(times, 0.99);
    const found = `p50 ${median(times).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    const target = `p99 < ${MOST_CLAIM_MS} ms`;
    return judge('a claim among 100,000', found, target, p99 < MOST_CLAIM_MS);
  } finally {
    await connection.close();
  }
}
