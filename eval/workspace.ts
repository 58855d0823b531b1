import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { buildApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/client.ts';
import { createDependencies, type Dependencies } from '../src/dependencies.ts';
import type { App } from '../src/plugins/types.ts';

/** The app on a database of its own. */
export type Workspace = { app: App; dependencies: Dependencies };

/** Limits that a measurement would run into, and a log that nobody reads, are switched off. */
const SETTINGS = {
  LOG_LEVEL: 'silent',
  RATE_LIMIT_MAX: '1000000000',
  EVENT_LOOP_DELAY_MAX_MS: '0',
};

/**
 * Runs `work` on the app with a new database, which is gone afterwards.
 *
 * @param server a PostgreSQL, on which the database is made beside others; else it is in memory
 */
export async function withWorkspace<T>(
  server: string | undefined,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  if (!server) return onDatabase(undefined, work);
  const name = `parley_eval_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await onServer(server, `create database ${name} template template0`);
  try {
    return await onDatabase(url.href, work);
  } finally {
    await onServer(server, `drop database ${name} with (force)`);
  }
}

/** Opens the app on a database as it is. @param url undefined: embedded and in memory */
export async function onDatabase<T>(
  url: string | undefined,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const connection = await openDatabase({ url, statementTimeoutMs: 600_000 });
  try {
    await connection.migrate();
    const { CHUNK_WORDS } = process.env;
    const config = loadConfig({ ...SETTINGS, CHUNK_WORDS });
    const dependencies = await createDependencies(config, connection);
    const app = await buildApp(dependencies);
    try {
      return await work({ app, dependencies });
    } finally {
      await app.close();
    }
  } finally {
    await connection.close();
  }
}

async function onServer(server: string, statement: string): Promise<void> {
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(statement);
  } finally {
    await admin.end();
  }
}
