import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { DatabaseConnection, DatabaseOptions } from './client.ts';
import { endWithConnection } from './lost-transactions.ts';
import { MIGRATIONS } from './migrations.ts';
import { silentSockets } from './silent-sockets.ts';

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
 * Of the server's options. It makes the first message of a connection so long that the driver sends it at
 * once: a shorter one would wait for what the connection before had yet to send when it was lost.
 */
const NONE = ' '.repeat(1_024);

/** Seconds between two connects. The driver would wait longer with each connection that is lost, for 20. */
const backoff = () => 0.05 + Math.random() * 0.2;

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
    backoff,
    onnotice: () => {},
  };
  const connection = {
    application_name: 'parley',
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 2_000,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    // BM25 queries are short; compiling them costs more than it saves.
    jit: 'off',
    options: NONE,
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
    // No arrays come back. The driver asks for their types beside the first query, and nobody hears of it
    // when that fails.
    fetch_types: false,
    // Planning a claim takes longer than the claim; and a small table grows faster than it is analyzed.
    connection: { ...connection, plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' },
  });

  /** At its longest a silence is idle, in a transaction or not, and then a statement. Zero is no limit. */
  function answering(idle: number) {
    const idleMs = Math.max(idle * 1_000, idleInTransactionTimeoutMs);
    const silentMs = idleMs + statementTimeoutMs + ON_THE_WAY_MS;
    const isLimited = statementTimeoutMs > 0 && idleInTransactionTimeoutMs > 0;
    return {
      ...{ ...shared, idle_timeout: idle },
      ...(isLimited && { socket: silentSockets(silentMs) }),
    };
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
    db: drizzle(endWithConnection(pool)),
    queue: drizzle(endWithConnection(queue)),
    kind: 'postgres',
    migrate: () => underMigrationLock((client) => migrate(drizzle(client), MIGRATIONS)),
    exclusively: (work) => underMigrationLock((client) => work(drizzle(client))),
    async close() {
      await Promise.all([pool.end({ timeout: 5 }), queue.end({ timeout: 5 })]);
    },
  };
}
