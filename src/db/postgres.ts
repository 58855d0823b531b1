import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { DatabaseConnection, DatabaseOptions } from './client.ts';
import { MIGRATIONS } from './migrations.ts';

/** Any constant will do, as long as every Parley uses the same ("parley" in ASCII). */
const MIGRATION_LOCK = 0x7061726c6579;

/**
 * A pool on a PostgreSQL server. Nothing is connected until the first query, and a lost server is
 * found again by the next one.
 */
export async function openPostgres(
  url: string,
  options: DatabaseOptions = {},
): Promise<DatabaseConnection> {
  const shared = {
    connect_timeout: (options.connectTimeoutMs ?? 5_000) / 1_000,
    onnotice: () => {},
  };
  const pool = postgres(url, {
    ...shared,
    max: options.poolSize ?? 20,
    idle_timeout: 60,
    connection: {
      application_name: 'parley',
      statement_timeout: options.statementTimeoutMs ?? 10_000,
      lock_timeout: options.lockTimeoutMs ?? 2_000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
      // BM25 queries are short; compiling them costs more than it saves.
      jit: 'off',
    },
  });

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
    db: drizzle(pool),
    kind: 'postgres',
    migrate: () => underMigrationLock((client) => migrate(drizzle(client), MIGRATIONS)),
    exclusively: (work) => underMigrationLock((client) => work(drizzle(client))),
    close: () => pool.end({ timeout: 5 }),
  };
}
