import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { foreignKeys, openTestDatabase, ownedRows, query, undone } from '../helpers/database.ts';
import { createMessage, createUser } from '../helpers/factories.ts';
import { copy } from './copied-rows.ts';
import { createLibrary } from './owner-calls.ts';
import { CHECKS, IMPLIED_BY_PRIMARY_KEY, REFERENCES, UNIQUES } from './violations.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const user = await createUser(repositories);
const other = await createUser(repositories);
const { message, conversation, transcript } = await createLibrary(db, user.id);
await createMessage(repositories, user.id, { conversationId: conversation, parentId: message });
await query(
  db,
  `with source as (insert into media_sources (user_id, kind, external_id)
     values ('${user.id}', 'youtube', 'dQw4w9WgXcQ') returning id)
   update transcripts set media_source_id = source.id from source where transcripts.id = '${transcript}'`,
);
await repositories.config.setValue('key', 1);

const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const CHECK = '23514';

/** What a statement is refused with; nothing when it is not. */
function refusal(statement: string, prepare: string[] = []) {
  return undone(db, async (tx) => {
    for (const step of prepare) await query(tx, step);
    return query(tx, statement).then(
      () => undefined,
      ({ cause }) => ({ code: cause.code, name: cause.constraint_name ?? cause.constraint }),
    );
  });
}

async function namesOf(kind: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    db,
    `select conname as name from pg_constraint
     where contype = '${kind}' and connamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map((row) => row.name);
}

test('every constraint and unique index of the schema is on the lists of this test', async () => {
  const indexes = await query<{ name: string }>(
    db,
    `select relname as name from pg_index join pg_class on oid = indexrelid
     where indisunique and relnamespace = 'public'::regnamespace
       and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))`,
  );
  const uniques = [...(await namesOf('u')), ...indexes.map((row) => row.name)];
  const listed = [...Object.keys(UNIQUES), ...IMPLIED_BY_PRIMARY_KEY];
  expect(listed.toSorted()).toEqual(uniques.toSorted());
  expect(Object.keys(CHECKS).toSorted()).toEqual((await namesOf('c')).toSorted());
  expect(Object.keys(REFERENCES).toSorted()).toEqual((await namesOf('f')).toSorted());
});

test.each(Object.entries(CHECKS))('%s refuses what breaks it', async (name, statements) => {
  for (const statement of statements) {
    expect(await refusal(statement), statement).toEqual({ code: CHECK, name });
  }
});

test.each(Object.entries(UNIQUES))('%s refuses a second one', async (name, statement) => {
  expect(await refusal(await statement(db))).toEqual({ code: UNIQUE, name });
});

test.each(IMPLIED_BY_PRIMARY_KEY)('%s would hold without the primary key', async (name) => {
  const [, table = ''] =
    /^(.*?)_(user_id|transcript_id|conversation_id)_id_unique$/.exec(name) ?? [];
  const prepare = [`alter table ${table} drop constraint ${table}_pkey cascade`];
  // Copies the ids, and changes what other constraints are about.
  const changes = table === 'transcripts' ? { youtube_video_id: 'null' } : {};
  const others = await uniqueColumns(table);
  expect(await refusal(await copy(db, table, { ...changes, ...others }), prepare)).toEqual({
    code: UNIQUE,
    name,
  });
});

/** New values for what else must not be there twice. */
async function uniqueColumns(table: string): Promise<Record<string, string>> {
  if (table === 'sessions') return { token_hash: `'new'` };
  if (table === 'api_keys') return { secret_hash: `'new'` };
  if (table === 'chunks') return { chunk_index: '9999' };
  if (table === 'jobs') return { idempotency_key: 'null' };
  if (table === 'media_files') return { file_path: `user_id || '/' || gen_random_uuid()` };
  if (table === 'media_sources') return { external_id: `'new'` };
  if (table === 'transcript_revisions') return { number: '99' };
  return {};
}

test('every primary key refuses a second row', async () => {
  const keys = await query<{ name: string; table: string }>(
    db,
    `select conname as name, conrelid::regclass::text as table from pg_constraint
     where contype = 'p' and connamespace = 'public'::regnamespace`,
  );
  expect(keys.length).toBeGreaterThan(15);
  for (const { name, table } of keys) {
    expect(await refusal(await copy(db, table)), name).toEqual({ code: UNIQUE, name });
  }
});

describe.each(Object.entries(REFERENCES))('%s', (name, reference) => {
  const { dangling, foreign, onDelete, unlink } = reference;
  test('refuses a row that points nowhere', async () => {
    expect(await refusal(await dangling(db))).toEqual({ code: FOREIGN_KEY, name });
  });

  if (foreign) {
    test('refuses a row that points at what is another owner’s', async () => {
      expect(await refusal(await foreign(db, other.id))).toEqual({ code: FOREIGN_KEY, name });
    });
  }

  test(`on deletion: ${onDelete}`, async () => {
    const key = (await foreignKeys(db)).find((candidate) => candidate.name === name);
    if (!key) throw new Error(`${name} is not there`);
    const { child, columns, parent, keys } = key;
    const pointing = `select ${columns} from ${child} where num_nulls(${columns}) = 0`;
    const removal = `delete from ${parent} where (${keys}) in (${pointing})`;
    const count = async (tx: Database) => {
      const all = await query(tx, `select 1 from ${child}`);
      return { all: all.length, pointing: (await query(tx, pointing)).length };
    };
    const before = await count(db);
    expect(before.pointing).toBeGreaterThan(0);
    if (onDelete === 'refused') {
      expect(await refusal(removal)).toEqual({ code: FOREIGN_KEY, name });
      return;
    }
    const after = await undone(db, async (tx) => {
      if (unlink) await query(tx, unlink);
      await query(tx, removal);
      return count(tx);
    });
    expect(after.pointing).toBe(0);
    if (onDelete === 'set null') expect(after.all).toBe(before.all);
    else expect(after.all).toBeLessThanOrEqual(before.all - before.pointing);
  });
});

test('a deleted user leaves no row in any table', async () => {
  const before = await ownedRows(db, user.id);
  const tables = [...before.keys()];
  const owning = await query<{ table: string }>(
    db,
    `select table_name as table from information_schema.columns
     where table_schema = 'public' and column_name = 'user_id'`,
  );
  expect(tables).toEqual(expect.arrayContaining(owning.map((row) => row.table)));
  for (const [table, rows] of before) expect(rows, table).not.toEqual([]);
  await undone(db, async (tx) => {
    await query(tx, `delete from users where id = '${user.id}'`);
    for (const table of tables) {
      const left = await query<{ row: string }>(tx, `select ${table}::text as row from ${table}`);
      const kept = new Set(left.map(({ row }) => row));
      expect(before.get(table)?.filter((row) => kept.has(row))).toEqual([]);
      expect([...kept].filter((row) => row.includes(user.id))).toEqual([]);
    }
  });
});
