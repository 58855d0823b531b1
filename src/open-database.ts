import type { Config } from './config.ts';
import { type DatabaseConnection, openDatabase } from './db/client.ts';
import { migrationsAreCurrent } from './db/migrations.ts';

/**
 * Opens the database of the settings, and migrates it where they say so.
 *
 * @throws Error when it has not been migrated to this version
 */
export async function openConfiguredDatabase(config: Config): Promise<DatabaseConnection> {
  const connection = await openDatabase({
    url: config.DATABASE_URL,
    dataDir: config.PARLEY_DATA_DIR,
    poolSize: config.DATABASE_POOL_SIZE,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: config.DATABASE_LOCK_TIMEOUT_MS,
    idleInTransactionTimeoutMs: config.DATABASE_IDLE_TIMEOUT_MS,
  });
  if (config.MIGRATE_ON_START) await connection.migrate();
  else if (!(await migrationsAreCurrent(connection.db))) {
    throw new Error('the database has not been migrated to this version: npm run db:migrate');
  }
  return connection;
}
