import type { Database } from '../../src/db/client.ts';
import { query } from '../helpers/database.ts';

/** Values of columns, as SQL expressions. */
export type Changes = Record<string, string>;
export type Statement = (db: Database) => Promise<string>;

/** The statement that inserts a row of `table` once more, but for the changes. */
export async function copy(db: Database, table: string, changes: Changes = {}, where = 'true') {
  const columns = await query<{ name: string }>(
    db,
    `select attname as name from pg_attribute
     where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const names = columns.map(({ name }) => name);
  const values = names.map((name) => changes[name] ?? name);
  return `insert into ${table} (${names.join()}) overriding system value
    select ${values.join()} from ${table} where ${where} limit 1`;
}

export const again =
  (table: string, changes: Changes = {}, where?: string): Statement =>
  (db) =>
    copy(db, table, changes, where);

export const id = 'gen_random_uuid()';
export const nowhere = 'gen_random_uuid()';

export type Reference = {
  dangling: Statement;
  /** A row of `other`'s, or of another parent, that points at what is not theirs. */
  foreign?: (db: Database, other: string) => Promise<string>;
  onDelete: 'cascade' | 'set null' | 'refused';
  /** Takes away what else keeps the parent from being deleted. */
  unlink?: string;
};

export const ofUser = (table: string, changes: Changes, where?: string): Reference => ({
  dangling: again(table, { ...changes, user_id: nowhere }, where),
  onDelete: 'cascade',
});

/** A composite key: the row that is pointed at exists, and is of another user. */
export const withinUser = (table: string, column: string, changes: Changes, where?: string) => ({
  dangling: again(table, { ...changes, [column]: nowhere }, where),
  foreign: (db: Database, other: string) =>
    copy(db, table, { ...changes, user_id: `'${other}'` }, where),
});
