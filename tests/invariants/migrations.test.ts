import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import journal from '../../drizzle/meta/_journal.json' with { type: 'json' };
import type { Database } from '../../src/db/client.ts';
import { migrationsAreCurrent, rollbackLast } from '../../src/db/migrations.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { emptyTestDatabase, onPostgres, query } from '../helpers/database.ts';
import { createMessage, createUser, importSample } from '../helpers/factories.ts';
import { describeSchema } from './describe-schema.ts';

const FOLDER = join(import.meta.dirname, '../../drizzle');
const TAGS = journal.entries.map((entry) => entry.tag);
const applied = async (db: Database) =>
  (await query(db, 'select created_at from drizzle.__drizzle_migrations')).length;

async function fill(db: Database) {
  const repositories = createRepositories(db);
  const user = await createUser(repositories);
  await createMessage(repositories, user.id);
  await repositories.templates.create(user.id, {
    templateType: 'chat',
    templateName: 'Mine',
    templateContent: '',
    variables: [],
    isDefault: true,
  });
  const { transcript } = await importSample(db, user.id);
  return { user, transcript };
}

/** The schema of an empty database and after each migration, made from their files alone. */
async function describeSteps(): Promise<string[][]> {
  const { db, close } = await emptyTestDatabase();
  const steps = [await describeSchema(db)];
  for (const tag of TAGS) {
    const file = await readFile(join(FOLDER, `${tag}.sql`), 'utf8');
    for (const statement of file.split('--> statement-breakpoint')) await query(db, statement);
    steps.push(await describeSchema(db));
  }
  await close();
  return steps;
}

test('every migration has its way back, and nothing else is in the folder', async () => {
  expect(await readdir(join(FOLDER, 'down'))).toEqual(TAGS.map((tag) => `${tag}.sql`));
  const files = await readdir(FOLDER, { withFileTypes: true });
  const forward = files.filter((file) => file.isFile()).map((file) => file.name);
  expect(forward.toSorted()).toEqual(TAGS.map((tag) => `${tag}.sql`));
});

describe('up, down and up again, with data in the tables', () => {
  test('leaves nothing behind on the way down, and ends where it was', async () => {
    const { db, migrate, exclusively } = await emptyTestDatabase();
    const steps = await describeSteps();
    expect(steps[0]).toEqual([]);
    await migrate();
    const complete = await describeSchema(db);
    expect(complete.length).toBeGreaterThan(200);
    expect(complete).toEqual(steps.at(-1));
    await fill(db);

    const undone: string[] = [];
    for (;;) {
      const tag = await exclusively(rollbackLast);
      if (tag === undefined) break;
      undone.push(tag);
      expect(await describeSchema(db)).toEqual(steps.at(-1 - undone.length));
    }
    expect(undone).toEqual(TAGS.toReversed());
    expect(await describeSchema(db)).toEqual([]);
    expect(await applied(db)).toBe(0);

    await migrate();
    expect(await describeSchema(db)).toEqual(complete);
    const repositories = createRepositories(db);
    const { id } = await createUser(repositories);
    await createMessage(repositories, id);
    expect(await repositories.templates.getTemplate(id, 'chat')).toMatchObject({ userId: null });
  });

  test('keeps what users wrote while only the later migrations are taken back', async () => {
    const { db, migrate } = await emptyTestDatabase();
    await migrate();
    const { user, transcript } = await fill(db);
    const complete = await describeSchema(db);
    const counts = () =>
      query(
        db,
        `select (select count(*) from messages)::int as messages, (select count(*) from postings)::int as postings,
           (select count(*) from terms)::int as terms,
           (select count(*) from vector_embeddings)::int as vectors, (select count(*) from templates)::int as templates`,
      );
    const before = await counts();
    while ((await rollbackLast(db)) !== '0002_triggers');
    await migrate();
    expect(await counts()).toEqual(before);
    expect(await describeSchema(db)).toEqual(complete);
    const found = await createRepositories(db).transcripts.getById(user.id, transcript.id);
    expect(found).toEqual(transcript);
  });
});

test('the lexical index means the same before 0007 and after it', async () => {
  const { db, migrate } = await emptyTestDatabase();
  await migrate();
  await fill(db);
  const now = () =>
    query(
      db,
      `select term, transcript_id, first_entry, other_entries, lengths from postings
       join terms on terms.id = term_id join corpus_stats on key = transcript_key
       order by 1, 2`,
    );
  const after = await now();
  expect(after.length).toBeGreaterThan(20);
  while ((await rollbackLast(db)) !== '0007_vocabulary');
  // As it was written then.
  const before = await query(
    db,
    `select term, transcript_id, chunk_indexes, frequencies, lengths from postings
     where cardinality(chunk_indexes) > 1 order by 1, 2`,
  );
  const counted = await query(
    db,
    `select lexeme as term, transcript_id, array_agg(chunk_index order by chunk_index) as chunk_indexes,
       array_agg(cardinality(positions)::smallint order by chunk_index) as frequencies,
       array_agg(token_count::smallint order by chunk_index) as lengths
     from chunks, unnest(search_vector) as v(lexeme, positions, weights) group by 1, 2
     having count(*) > 1 order by 1, 2`,
  );
  expect(before).toEqual(counted);
  expect(before.length).toBeGreaterThan(0);
  await migrate();
  expect(await now()).toEqual(after);
});

test('a database is current with all migrations, and only then', async () => {
  const { db, migrate } = await emptyTestDatabase();
  expect(await migrationsAreCurrent(db)).toBe(false);
  expect(await rollbackLast(db)).toBeUndefined();
  await migrate();
  expect(await migrationsAreCurrent(db)).toBe(true);
  await migrate();
  expect(await applied(db)).toBe(TAGS.length);
  await rollbackLast(db);
  expect(await migrationsAreCurrent(db)).toBe(false);
});

test('a migration of a newer version is not taken back', async () => {
  const { db, migrate } = await emptyTestDatabase();
  await migrate();
  await query(
    db,
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)`,
  );
  // An old version goes on while a new one is rolled out.
  expect(await migrationsAreCurrent(db)).toBe(true);
  await expect(rollbackLast(db)).rejects.toThrow('9999999999999');
  expect(await applied(db)).toBe(TAGS.length + 1);
});

test('a way back that fails changes nothing', async () => {
  const { db, migrate } = await emptyTestDatabase();
  await migrate();
  while ((await rollbackLast(db)) !== '0002_triggers');
  const before = await describeSchema(db);
  // Somebody else's table points at ours, so the last statement of the way back is refused.
  await query(db, 'create table foreign_table (id uuid references users)');
  await expect(rollbackLast(db)).rejects.toMatchObject({ cause: { code: '2BP01' } });
  await query(db, 'drop table foreign_table');
  expect(await describeSchema(db)).toEqual(before);
  expect(await applied(db)).toBe(2);
});

test.skipIf(!onPostgres)(
  'ten processes at once apply each migration once',
  async () => {
    const { db, url } = await emptyTestDatabase();
    const script = `
    import { openPostgres } from '${join(import.meta.dirname, '../../src/db/postgres.ts')}';
    const database = await openPostgres(process.argv[1]);
    await database.migrate();
    await database.close();`;
    const run = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, url ?? '']);
    await Promise.all(Array.from({ length: 10 }, run));
    expect(await applied(db)).toBe(TAGS.length);
    expect(await migrationsAreCurrent(db)).toBe(true);
    expect(await query(db, 'select 1 from templates')).toHaveLength(8);
  },
  120_000,
);
