import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, inject } from 'vitest';
import type { Database, DatabaseConnection } from '../../src/db/client.ts';
import { embedded, extensions } from '../../src/db/embedded.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { createDatabase } from './postgres.ts';

/** `url` on PostgreSQL only, for tests that need connections of their own. */
export type TestDatabase = DatabaseConnection & { url?: string };

const source = inject('testDatabase');

/** For `describe.skipIf(!onPostgres)`: locks, concurrency and plans need a real PostgreSQL. */
export const onPostgres = source.kind === 'postgres';

const open = new Set<TestDatabase>();
// What a file opened is closed with the file, after the hooks of its own.
afterAll(async () => {
  await Promise.all([...open].map((database) => database.close()));
});

/** A migrated database of the caller's own, without users. It closes with the test file at the latest. */
export function openTestDatabase(): Promise<TestDatabase> {
  return source.kind === 'postgres' ? onServer(source, false) : inProcess(source.migrated);
}

/** A database without any table, for tests of the migrations. */
export function emptyTestDatabase(): Promise<TestDatabase> {
  return source.kind === 'postgres' ? onServer(source, true) : inProcess(source.empty);
}

async function inProcess(dump: string): Promise<TestDatabase> {
  const loadDataDir = new Blob([await readFile(dump)]);
  return track(embedded(await PGlite.create({ loadDataDir, extensions })));
}

/** A busy machine is no reason for a test to fail: these are longer than the limit of a test, or nearly. */
const LIMITS = {
  connectTimeoutMs: 30_000,
  statementTimeoutMs: 60_000,
  lockTimeoutMs: 30_000,
  idleInTransactionTimeoutMs: 60_000,
};

async function onServer(server: { url: string; template: string }, empty: boolean) {
  const { url, drop } = await createDatabase(server.url, server.template, empty);
  return track({ ...(await openPostgres(url, LIMITS)), url }, drop);
}

function track(connection: TestDatabase, drop = async () => {}): TestDatabase {
  const database: TestDatabase = {
    ...connection,
    async close() {
      if (!open.delete(database)) return;
      await connection.close();
      await drop();
    },
  };
  open.add(database);
  return database;
}

/** The rows of a plain SQL statement, which the two drivers return in different shapes. */
export async function query<Row>(db: Database, statement: SQL | string): Promise<Row[]> {
  const result: unknown = await db.execute(
    typeof statement === 'string' ? sql.raw(statement) : statement,
  );
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[];
}

/** The names of columns are quoted and joined by commas, as SQL takes them in a row. */
export type ForeignKey = {
  name: string;
  child: string;
  columns: string;
  parent: string;
  keys: string;
  cascades: boolean;
};

export function foreignKeys(db: Database): Promise<ForeignKey[]> {
  const names = (table: string, numbers: string) => `(
    select string_agg(quote_ident(attname), ', ' order by place)
    from unnest(${numbers}) with ordinality as k(number, place)
    join pg_attribute on attrelid = ${table} and attnum = number)`;
  return query<ForeignKey>(
    db,
    `select conname as name, conrelid::regclass::text as child, ${names('conrelid', 'conkey')} as columns,
       confrelid::regclass::text as parent, ${names('confrelid', 'confkey')} as keys,
       confdeltype = 'c' as cascades
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
     order by conname`,
  );
}

/**
 * Every row that belongs to a user, by table: directly, or through rows that it cascades from. A
 * table that is added later is found by its foreign keys.
 */
export async function ownedRows(db: Database, userId: string): Promise<Map<string, string[]>> {
  // What names its user is found by that: a job may be of a batch, and need not.
  const byUser = ({ parent }: ForeignKey) => Number(parent === 'users');
  const links = (await foreignKeys(db)).toSorted((a, b) => byUser(b) - byUser(a));
  const conditions = new Map([['users', `id = '${userId}'`]]);
  for (let found = -1; found < conditions.size; ) {
    found = conditions.size;
    for (const { child, parent, columns, keys, cascades } of links) {
      const condition = conditions.get(parent);
      if (!cascades || !condition || conditions.has(child)) continue;
      conditions.set(child, `(${columns}) in (select ${keys} from ${parent} where ${condition})`);
    }
  }
  const rows = new Map<string, string[]>();
  for (const [table, condition] of conditions) {
    const found = await query<{ row: string }>(
      db,
      `select ${table}::text as row from ${table} where ${condition} order by 1`,
    );
    rows.set(
      table,
      found.map(({ row }) => row),
    );
  }
  return rows;
}

/** Runs `work` in a transaction that leaves nothing behind. */
export async function undone<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  const done = new Error('undo');
  const results: T[] = [];
  await db
    .transaction(async (tx) => {
      results.push(await work(tx));
      throw done;
    })
    .catch((error: unknown) => {
      if (error !== done) throw error;
    });
  return results[0] as T;
}

/** The embedded database's clock counts milliseconds: rows of one millisecond are ordered by id. */
export const clockTick = () => setTimeout(2);
