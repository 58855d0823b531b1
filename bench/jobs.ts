import { setTimeout } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import type { DatabaseConnection } from '../src/db/client.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { createBell } from '../src/jobs/bell.ts';
import type { JobHandler } from '../src/jobs/handler.ts';
import { startWorkers, type Workers } from '../src/jobs/workers.ts';
import { createBatchItems } from '../src/repositories/batch-items.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { measureClaims } from './job-claims.ts';
import { onServer, withDatabase } from './postgres.ts';
import {
  type Finding,
  interleave,
  judge,
  median,
  quantile,
  skipped,
  spread,
  timed,
} from './ratio.ts';

export const QUESTION = 'Is the queue as fast as pg-boss, and does a claim stay fast?';

const JOBS = Number(process.env.BENCH_JOBS ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 2);
/** Jobs that one statement enqueues. */
const SLICE = 1_000;
const WORKERS = [1, 4, 16];
const QUEUE = 'bench';
const NO_BATCH = { id: null, type: 'embed', priority: 0 };
const LEAST = 1;
const PICK_UPS = 100;
const MOST_PICK_UP_MS = 50;

/** One side of the comparison. */
type Queue = {
  enqueue(count: number): Promise<void>;
  /** Has all that waits done by so many at once. */
  work(workers: number): Promise<void>;
};

/** Jobs a second of both queues, in turn, on one database each; then latencies, and times of claims. */
export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('it measures PostgreSQL');
  return [
    ...(await withDatabase(server, (url) =>
      withDatabase(server, (theirUrl) => compare(url, theirUrl), { migrated: false }),
    )),
    ...(await withDatabase(server, measurePickUp)),
    ...(await measureClaims(server)),
  ];
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
    const ours = await createOurs(connection, false);
    const batched = await createOurs(connection, true);
    const findings: Finding[] = [];
    for (const workers of WORKERS) {
      const tens: Measured[] = [];
      const batches: Measured[] = [];
      const { a, b } = await interleave(
        ROUNDS,
        async () => {
          batches.push(await measure(url, batched, workers));
          return measure(url, ours, workers);
        },
        async () => {
          tens.push(await measure(theirUrl, createTheirs(boss, 10), workers));
          return measure(theirUrl, createTheirs(boss, 1), workers);
        },
      );
      show(`${workers} workers, ours`, a);
      show(`${workers} workers, ours, in batches of ${SLICE}`, batches);
      show(`${workers} workers, pg-boss`, b);
      // Told of, like the batches, and no target.
      show(`${workers} workers, pg-boss, ten jobs each`, tens);
      const ratio = median(a.map(perSecond)) / median(b.map(perSecond));
      const found = `${ratio.toFixed(2)} of pg-boss`;
      findings.push(judge(`${workers} workers`, found, `≥ ${LEAST}`, ratio >= LEAST));
    }
    return findings;
  } finally {
    await boss.stop({ graceful: false });
    await connection.close();
  }
}

/**
 * 1,000 jobs a transaction, done by the workers of a process. Beside the jobs of its slots it holds up to
 * 20 whose ends are being written, and its claims are not flushed; neither is so with pg-boss.
 *
 * @param inBatches whether those of a transaction are a batch, which may have as many workers as it wants
 */
async function createOurs(connection: DatabaseConnection, inBatches: boolean): Promise<Queue> {
  const { db } = connection;
  const repositories = createRepositories(db);
  const { id: userId } = await repositories.users.create({
    email: `b${inBatches}@example.org`,
    passwordHash: '-',
  });
  return {
    async enqueue(count) {
      const values = { name: QUEUE, type: 'embed', totalFiles: count, workerCount: 1_000 };
      await db.transaction(async (tx) => {
        const { batches } = createRepositories(tx);
        const batch = inBatches ? (await batches.create(userId, values)).batch : NO_BATCH;
        await createBatchItems(tx, userId, batch, Array(count).fill({}));
      });
    },
    async work(workers) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = JOBS;
      const handler: JobHandler = {
        type: 'embed',
        concurrency: workers,
        async run() {
          left -= 1;
          if (left === 0) resolve();
          return {};
        },
      };
      const running = await startPool(connection, handler, workers);
      await promise;
      // Waits until the last ends are written.
      await running.stop();
    },
  };
}

function startPool(
  connection: DatabaseConnection,
  handler: JobHandler,
  slots: number,
  { workersBell = createBell(), pollMs = 50 } = {},
): Promise<Workers> {
  const { db, queue } = connection;
  const repositories = createRepositories(db, queue);
  const log = { info() {}, warn: console.warn, error: console.error };
  const jobHandlers = new Map([[handler.type, handler]]);
  return startWorkers(
    { db, connection, repositories, jobHandlers, workersBell, log },
    { slots, concurrency: new Map(), pollMs, leaseMs: 60_000 },
  );
}

/** Its fastest public way: `work()` looks every half second at best. */
function createTheirs(boss: PgBoss, atMost: number): Queue {
  return {
    async enqueue(count) {
      await boss.insert(
        QUEUE,
        Array.from({ length: count }, () => ({ data: {} })),
      );
    },
    async work(workers) {
      let left = JOBS;
      const worker = async () => {
        while (left > 0) {
          const fetched = await boss.fetch(QUEUE, { batchSize: atMost });
          if (fetched.length === 0) continue;
          await boss.complete(
            QUEUE,
            fetched.map(({ id }) => id),
          );
          left -= fetched.length;
        }
      };
      await Promise.all(Array.from({ length: workers }, worker));
    },
  };
}

/** In ms. */
type Measured = { enqueued: number; worked: number };

const perSecond = ({ enqueued, worked }: Measured) => JOBS / ((enqueued + worked) / 1_000);

function show(what: string, all: readonly Measured[]): void {
  const ms = (values: number[]) => `${median(values).toFixed(0)} ms`;
  const enqueued = ms(all.map((each) => each.enqueued));
  const worked = ms(all.map((each) => each.worked));
  console.log(`  ${what}: ${spread(all.map(perSecond))} jobs/s; ${enqueued} and ${worked}`);
}

/** Enqueues all, then has them done. */
async function measure(url: string, queue: Queue, workers: number): Promise<Measured> {
  await onServer(url, (sql) => sql.unsafe('vacuum analyze'));
  const enqueued = await timed(async () => {
    for (let count = 0; count < JOBS; count += SLICE)
      await queue.enqueue(Math.min(SLICE, JOBS - count));
  });
  const worked = await timed(() => queue.work(workers));
  return { enqueued: enqueued.ms, worked: worked.ms };
}

/** From the moment at which a job is created until its handler begins, in a process that is idle. */
async function measurePickUp(url: string): Promise<Finding[]> {
  const connection = await openPostgres(url);
  const findings: Finding[] = [];
  try {
    const { users, jobs } = createRepositories(connection.db);
    const user = await users.create({ email: 'b@example.org', passwordHash: '-' });
    for (const rings of [true, false]) {
      const workersBell = createBell();
      let began: PromiseWithResolvers<number> = Promise.withResolvers();
      const run = async () => {
        began.resolve(performance.now());
        return {};
      };
      const handler: JobHandler = { type: 'embed', concurrency: 2, run };
      const pool = await startPool(connection, handler, 2, { workersBell });
      const times: number[] = [];
      for (let n = 0; n < PICK_UPS; n += 1) {
        await setTimeout(50 + Math.random() * 150);
        began = Promise.withResolvers();
        await jobs.create(user.id, { type: 'embed' });
        const createdAt = performance.now();
        if (rings) workersBell.ring();
        times.push((await began.promise) - createdAt);
      }
      await pool.stop();
      const where = rings ? 'the same process' : 'another process';
      const p50 = median(times);
      const found = `p50 ${p50.toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`;
      const target = `p50 < ${MOST_PICK_UP_MS} ms`;
      findings.push(judge(`pick-up in ${where}`, found, target, p50 < MOST_PICK_UP_MS));
    }
    return findings;
  } finally {
    await connection.close();
  }
}
