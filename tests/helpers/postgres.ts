import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { openPostgres } from '../../src/db/postgres.ts';

/** The image that Testcontainers starts where no TEST_DATABASE_URL is given. */
const IMAGE = 'pgvector/pgvector:0.8.7-pg18';

/** Any constant will do; the second key of these advisory locks is the id of a test run. */
const RUN_LOCKS = 0x7465_7374;
const PREFIX = 'parley_test';

/** A server to test on. `stop` ends it, where the tests started it themselves. */
export type TestServer = { url: string; stop(): Promise<void> };

/** Whether the tests can run on a real PostgreSQL: a given one, or one that Docker can start. */
export async function postgresIsAvailable(): Promise<boolean> {
  return process.env.TEST_DATABASE_URL !== undefined || (await dockerAnswers());
}

/** The server of TEST_DATABASE_URL, or a new one in a container. */
export async function startTestServer(): Promise<TestServer> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { url, stop: async () => {} };
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer(IMAGE).start();
  return {
    url: container.getConnectionUri(),
    stop: async () => void (await container.stop()),
  };
}

/**
 * Makes the migrated template that the databases of this run are copied from. The run holds an
 * advisory lock on its id, so that another one can tell what it left behind from what is in use.
 */
export async function prepareTemplate(url: string) {
  const admin = connect(url);
  const run = randomInt(2 ** 31);
  await admin`select pg_advisory_lock(${RUN_LOCKS}, ${run})`;
  await dropLeftovers(admin);
  const [server] = await admin<
    { version: string }[]
  >`select split_part(version(), ' ', 2) as version`;
  const template = `${PREFIX}_${run}_template`;
  await admin.unsafe(`create database ${template} template template0`);
  const connection = await openPostgres(databaseUrl(url, template));
  await connection.migrate();
  await connection.close();
  return {
    template,
    version: server?.version ?? 'of unknown version',
    async drop() {
      await dropDatabasesOf(admin, run);
      await admin.end();
    },
  };
}

/** A new database beside `template` and copied from it, or an empty one. */
export async function createDatabase(url: string, template: string, empty: boolean) {
  const name = template.replace(/template$/, randomBytes(6).toString('hex'));
  await once(url, (admin) =>
    admin.unsafe(`create database ${name} template ${empty ? 'template0' : template}`),
  );
  return {
    url: databaseUrl(url, name),
    drop: () => once(url, (admin) => admin.unsafe(`drop database if exists ${name} with (force)`)),
  };
}

async function dockerAnswers(): Promise<boolean> {
  try {
    await promisify(execFile)('docker', ['version'], { timeout: 3_000, killSignal: 'SIGKILL' });
    return true;
  } catch {
    return false;
  }
}

/** Databases of runs that were killed: their locks are free. */
async function dropLeftovers(admin: postgres.Sql): Promise<void> {
  const rows = await admin<{ run: number }[]>`
    select distinct split_part(datname, '_', 3)::integer as run from pg_database
    where datname ~ ${`^${PREFIX}_[0-9]{1,10}_`}`;
  for (const { run } of rows) {
    const [lock] = await admin<{ free: boolean }[]>`
      select pg_try_advisory_lock(${RUN_LOCKS}, ${run}) as free`;
    if (!lock?.free) continue;
    await dropDatabasesOf(admin, run);
    await admin`select pg_advisory_unlock(${RUN_LOCKS}, ${run})`;
  }
}

async function dropDatabasesOf(admin: postgres.Sql, run: number): Promise<void> {
  const rows = await admin<{ name: string }[]>`
    select datname as name from pg_database where starts_with(datname, ${`${PREFIX}_${run}_`})`;
  for (const { name } of rows) await admin.unsafe(`drop database if exists ${name} with (force)`);
}

/** One connection that stays the same as long as it is open, because it holds a lock. */
function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, max_lifetime: null, fetch_types: false, onnotice: () => {} });
}

async function once(url: string, work: (admin: postgres.Sql) => Promise<unknown>): Promise<void> {
  const admin = connect(url);
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
