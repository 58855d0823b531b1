import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { openPostgres } from '../src/db/postgres.ts';

/** The server to measure on; undefined where none is configured. */
export const serverUrl = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL || undefined;

/** The same settings as the app's pool, for the bare side of a comparison. */
export function openBare(url: string, max = 20): postgres.Sql {
  return postgres(url, {
    max,
    onnotice: () => {},
    connection: { jit: 'off' },
  });
}

/** Runs statements on the server itself, beside every database of ours. */
export async function onServer<T>(
  server: string,
  work: (admin: postgres.Sql) => Promise<T>,
): Promise<T> {
  const admin = openBare(server, 1);
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs `work` with a new database, migrated unless told otherwise, and drops it afterwards. */
export async function withDatabase<T>(
  server: string,
  work: (url: string) => Promise<T>,
  { migrated = true } = {},
): Promise<T> {
  const name = `parley_bench_${randomBytes(6).toString('hex')}`;
  const url = databaseUrl(server, name);
  await onServer(server, (admin) => admin.unsafe(`create database ${name} template template0`));
  try {
    if (migrated) await migrate(url);
    return await work(url);
  } finally {
    await onServer(server, (admin) => admin.unsafe(`drop database ${name} with (force)`));
  }
}

export async function migrate(url: string): Promise<void> {
  const connection = await openPostgres(url);
  await connection.migrate();
  await connection.close();
}
