import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import fc from 'fast-check';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { transcripts } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { metadataMatches } from '../../src/repositories/metadata-condition.ts';
import { readMetadataFilter } from '../../src/retrieval/metadata-filter.ts';
import type { MetadataCondition, MetadataFilter } from '../../src/schemas/metadata-filter.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createTranscript, createUser } from '../helpers/factories.ts';

const { db, url = '' } = await openTestDatabase();
const repositories = createRepositories(db);
const user = await createUser(repositories);

type Metadata = Record<string, unknown>;

/** What the document says about filters, in plain TypeScript. */
function matches(metadata: Metadata, filter: MetadataFilter): boolean {
  if ('and' in filter) return filter.and.every((one) => matches(metadata, one));
  if ('or' in filter) return filter.or.some((one) => matches(metadata, one));
  return holds(metadata[filter.key], filter);
}

function holds(stored: unknown, { op, value }: MetadataCondition): boolean {
  switch (op) {
    case 'eq':
      return stored === value;
    case 'ne':
      return stored !== value;
    case 'in':
      return value.some((one) => one === stored);
    case 'contains':
      if (Array.isArray(stored)) return stored.includes(value);
      return typeof stored === 'string' && typeof value === 'string' && stored.includes(value);
    default: {
      if (typeof stored !== typeof value) return false;
      if (typeof stored !== 'string' && typeof stored !== 'number') return false;
      const order =
        typeof stored === 'number'
          ? Math.sign(stored - Number(value))
          : Buffer.compare(Buffer.from(stored), Buffer.from(String(value)));
      return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[op];
    }
  }
}

// Few of each kind, so that they meet; among them what JSON, SQL, LIKE and collations trip over.
const keys = fc.constantFrom("o'k", 'ä"\\%_', '__proto__', '');
const texts = fc.constantFrom(
  ...['', 'a', 'A', 'b', 'ab', '%', '_', '\\', "'", '"', '5', 'true', 'null', '[1]', '{}'],
  ...['ä', 'Z', 'z', '\u{1f980}', '\uffee', 'a b', '2026-01-01', '2026-01-02', '$1', '\u0001'],
);
const numbers = fc.constantFrom(
  ...[0, -0, 1, 5, -1, 1.5, 0.1, 1e21, 1e308, -1e308, 5e-324, 2 ** 53, Number.MAX_VALUE],
);
const scalars = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null));
const values = fc.oneof(
  { weight: 4, arbitrary: scalars },
  fc.array(fc.oneof(scalars, fc.array(scalars, { maxLength: 2 })), { maxLength: 3 }),
  fc.dictionary(keys, scalars, { maxKeys: 2 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const metadata = fc
  .array(fc.tuple(keys, values), { maxLength: 6 })
  .map((entries): Metadata => Object.fromEntries(entries));

const named = keys.filter((key) => key !== '');
const conditions: fc.Arbitrary<MetadataFilter> = fc.oneof(
  fc.record({ key: named, op: fc.constantFrom('eq', 'ne', 'contains'), value: scalars }),
  fc.record({
    key: named,
    op: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    value: fc.oneof(texts, numbers),
  }),
  fc.record({
    key: named,
    op: fc.constant('in' as const),
    value: fc.array(scalars, { minLength: 1, maxLength: 4 }),
  }),
);
const filters = fc.letrec<{ filter: MetadataFilter; members: MetadataFilter[] }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    conditions,
    fc.record({ and: tie('members') }),
    fc.record({ or: tie('members') }),
  ),
  members: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
})).filter;

/** The places, in `rows`, of those that the database says match. */
async function matching(
  rows: Metadata[],
  filter: MetadataFilter,
  on: Database = db,
): Promise<number[]> {
  const stored = sql`(select n, value as metadata from jsonb_array_elements(
    ${JSON.stringify(rows)}::jsonb) with ordinality as list(value, n)) as ${sql.identifier('transcripts')}`;
  const found = await on
    .select({ n: sql<number>`n::integer - 1` })
    .from(stored)
    .where(metadataMatches(filter))
    .orderBy(sql`n`);
  return found.map(({ n }) => n);
}

test('any filter finds in any metadata exactly what it says', async () => {
  const rows = fc.array(metadata, { minLength: 10, maxLength: 30 });
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(rows, filters, async (given, filter) => {
      const expected = given.flatMap((row, index) => (matches(row, filter) ? [index] : []));
      expect(readMetadataFilter(filter, '')).toEqual(filter);
      expect(await matching(given, filter)).toEqual(expected);
      hits += Math.sign(expected.length);
    }),
    { numRuns: 600 },
  );
  // Some of them found something, or else this proves little.
  expect(hits).toBeGreaterThan(200);
});

test('a condition is true or false, never unknown', async () => {
  await fc.assert(
    fc.asyncProperty(metadata, filters, async (row, filter) => {
      const [found] = await db
        .select({ unknown: sql<boolean>`(${metadataMatches(filter)}) is null` })
        .from(
          sql`(select ${JSON.stringify(row)}::jsonb as metadata) as ${sql.identifier('transcripts')}`,
        );
      expect(found).toEqual({ unknown: false });
    }),
    { numRuns: 200 },
  );
});

test.skipIf(!onPostgres)('texts keep their order in a database that sorts as English', async () => {
  const address = new URL(url);
  address.pathname += '_english';
  const name = address.pathname.slice(1);
  await query(
    db,
    `create database ${name} template template0 locale_provider icu icu_locale 'en-US'`,
  );
  const client = postgres(address.href, { max: 1 });
  try {
    const english = drizzle(client);
    // There `a` stands before `B`; by code points it stands behind `Z`.
    expect(await query(english, `select 'a' < 'B' as sorted`)).toEqual([{ sorted: true }]);
    const rows = ['B', 'Z', 'a'].map((letter) => ({ letter }));
    expect(await matching(rows, { key: 'letter', op: 'gt', value: 'Z' }, english)).toEqual([2]);
    expect(await matching(rows, { key: 'letter', op: 'lt', value: 'a' }, english)).toEqual([0, 1]);
  } finally {
    await client.end();
    await query(db, `drop database ${name}`);
  }
});

test('numbers that no JavaScript can hold are compared exactly, and nothing overflows', async () => {
  const { id } = await createTranscript(repositories, user.id);
  await query(
    db,
    `update transcripts set metadata =
      '{"huge": 1e400, "tiny": -1e-400, "near": 9007199254740993, "digits": 0.30000000000000001}'`,
  );
  const found = async (filter: MetadataFilter) =>
    (await db.select({ id: transcripts.id }).from(transcripts).where(metadataMatches(filter))).some(
      (row) => row.id === id,
    );
  expect(await found({ key: 'huge', op: 'gt', value: Number.MAX_VALUE })).toBe(true);
  expect(await found({ key: 'tiny', op: 'lt', value: 0 })).toBe(true);
  expect(await found({ key: 'tiny', op: 'gt', value: -5e-324 })).toBe(true);
  expect(await found({ key: 'near', op: 'eq', value: 2 ** 53 })).toBe(false);
  expect(await found({ key: 'near', op: 'gt', value: 2 ** 53 })).toBe(true);
  expect(await found({ key: 'digits', op: 'gt', value: 0.3 })).toBe(true);
});

test('it holds on the stored column as it does on any other', async () => {
  await query(db, 'delete from transcripts');
  const stored = { tags: ['mill', 'tide'], room: 'north', take: 3, none: null };
  const { id } = await createTranscript(repositories, user.id, { metadata: stored });
  await createTranscript(repositories, user.id, { metadata: { tags: 'mill-pond' } });
  const found = async (filter: MetadataFilter) =>
    db
      .select({ id: transcripts.id })
      .from(transcripts)
      .where(metadataMatches(filter))
      .orderBy(eq(transcripts.id, id));
  expect(await found({ key: 'tags', op: 'contains', value: 'tide' })).toEqual([{ id }]);
  expect(await found({ key: 'tags', op: 'contains', value: 'mill' })).toHaveLength(2);
  expect(await found({ key: 'none', op: 'eq', value: null })).toEqual([{ id }]);
  expect(await found({ key: 'take', op: 'ne', value: 3 })).not.toContainEqual({ id });
});
