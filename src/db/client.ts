import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** What repositories run on: a pool, an embedded database or a transaction. They never know which. */
export type Database = PgDatabase<PgQueryResultHKT>;

export type DatabaseConnection = {
  db: Database;
  /**
   * The same database, for the queue: connections of its own, so that claims and signs of life wait for
   * nobody, and whose prepared statements keep their plans for some seconds.
   */
  queue: Database;
  kind: 'postgres' | 'embedded';
  /** Applies the pending migrations; any number of processes may call it at once. */
  migrate(): Promise<void>;
  /** Runs `work` on one connection, while nobody else migrates. */
  exclusively<T>(work: (db: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** A PostgreSQL URL; without one the embedded database is used. */
  url?: string | undefined;
  /** The embedded database's folder; without one it lives in memory. */
  dataDir?: string | undefined;
  poolSize?: number;
  connectTimeoutMs?: number;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
};

/** Opens PostgreSQL where a URL is given, the embedded Postgres where none is. */
export async function openDatabase(options: DatabaseOptions): Promise<DatabaseConnection> {
  // Only the one that is used is loaded.
  if (options.url) {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(options.url, options);
  }
  const { openEmbedded } = await import('./embedded.ts');
  return openEmbedded(options.dataDir);
}
