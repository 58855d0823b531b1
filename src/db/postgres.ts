import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { ARRAY_TYPES } from './array-types.ts';
import type { DatabaseConnection, DatabaseOptions } from './client.ts';
import { MIGRATIONS } from './migrations.ts';
import { openSockets } from './sockets.ts';
import { wholeTransactions } from './whole-transactions.ts';

/** Any constant will do, as long as every Parley uses the same ("parley" in ASCII). */
const MIGRATION_LOCK = 0x7061726c6579;

/** Of a worker: a claim, ends of jobs and signs of life in the same moment. */
const QUEUE_CONNECTIONS = 4;

/**
 * Seconds. A plan that was made while the tables were empty is as bad as can be for full ones; none is
 * older than its connection.
 */
const QUEUE_PLANS_LAST = 10;

/** Seconds. An idle connection of the pool is closed then. */
const POOL_IDLE = 20;

/**
 * Seconds, before a lost connection is opened anew, which happens when it is asked for. The driver counts the
 * connections that were lost and triples its wait with each: where a server restarts, up to 20 s.
 */
const REOPENED_AFTER = { least: 0.1, most: 0.3 };

/** Of an answer, on its way. */
const ON_THE_WAY_MS = 5_000;

/**
 * A pool on a PostgreSQL server. Nothing is connected until the first query, and a lost server is
 * found again by the next one. Every query is answered or rejected in the end, also where a connection
 * goes dark: nobody else has to limit how long he waits for one.
 */
export async function openPostgres(
  url: string,
  options: DatabaseOptions = {},
): Promise<DatabaseConnection> {
  const { statementTimeoutMs = 10_000, idleInTransactionTimeoutMs = 10_000 } = options;
  const shared = {
    connect_timeout: (options.connectTimeoutMs ?? 5_000) / 1_000,
    backoff: () =>
      REOPENED_AFTER.least + Math.random() * (REOPENED_AFTER.most - REOPENED_AFTER.least),
    onnotice: () => {},
    fetch_types: false,
    types: ARRAY_TYPES,
    socket: openSockets(Number.POSITIVE_INFINITY),
  };
  const connection = {
    application_name: 'parley',
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 2_000,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    // BM25 queries are short; compiling them costs more than it saves.
    jit: 'off',
  };
  const pool = postgres(url, {
    ...answering(POOL_IDLE),
    max: options.poolSize ?? 20,
    connection,
  });
  const queue = postgres(url, {
    ...answering(QUEUE_PLANS_LAST),
    max: QUEUE_CONNECTIONS,
    max_lifetime: QUEUE_PLANS_LAST,
    // Planning a claim takes longer than the claim; and a small table grows faster than it is analyzed.
    connection: { ...connection, plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' },
  });

  /** At its longest a silence is idle, in a transaction or not, and then a statement. Zero is no limit. */
  function answering(idle: number) {
    const idleMs = Math.max(idle * 1_000, idleInTransactionTimeoutMs);
    const isLimited = statementTimeoutMs > 0 && idleInTransactionTimeoutMs > 0;
    const silentMs = isLimited
      ? idleMs + statementTimeoutMs + ON_THE_WAY_MS
      : Number.POSITIVE_INFINITY;
    return { ...shared, idle_timeout: idle, socket: openSockets(silentMs) };
  }

  /** One connection, without the pool's time-outs: a migration may wait for others and take long. */
  async function underMigrationLock<T>(work: (client: postgres.Sql) => Promise<T>): Promise<T> {
    const client = postgres(url, { ...shared, max: 1 });
    try {
      await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
      return await work(client);
    } finally {
      await client.end({ timeout: 5 });
    }
  }

  return {
    db: drizzle(wholeTransactions(pool)),
    queue: drizzle(wholeTransactions(queue)),
    kind: 'postgres',
    migrate: () =>
      underMigrationLock((client) => migrate(drizzle(wholeTransactions(client)), MIGRATIONS)),
    exclusively: (work) => underMigrationLock((client) => work(drizzle(wholeTransactions(client)))),
    async close() {
      await Promise.all([pool.end({ timeout: 5 }), queue.end({ timeout: 5 })]);
    },
  };
}
