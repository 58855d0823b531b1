import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import type { TranscriptListRequest } from '../../src/repositories/transcript-list.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createTranscript, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { transcripts } = repositories;
const user = await createUser(repositories);
const other = await createUser(repositories);
await createTranscript(repositories, other.id);
// So that the order comes from the query, and that a test can choose the times.
for (const name of ['created_at', 'updated_at', 'title', 'channel_name', 'duration']) {
  await query(db, `drop index transcripts_user_id_${name}_index`);
}
await query(db, 'alter table transcripts disable trigger user');

/** The key of each order in SQL, apart from the one in the source. */
const KEYS = {
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  title: "case when title is null then '' else lower(title) end",
  channelName: "case when channel_name is null then '' else lower(channel_name) end",
  duration: 'case when duration is null then -1 else duration end',
} as const;
const ORDERS = (Object.keys(KEYS) as (keyof typeof KEYS)[]).flatMap((sort) =>
  (['asc', 'desc'] as const).map((order) => [sort, order] as const),
);

type Row = { title: string | null; channel: string | null; seconds: number | null; at: number };
const rows = (size: fc.ArrayConstraints) =>
  fc.array(
    // Few values, so that most keys are tied, microseconds apart, or missing.
    fc.record<Row>({
      title: fc.constantFrom(null, 'a', 'A', 'b', 'É', "o'k", '"\\', 'x'.repeat(500)),
      channel: fc.constantFrom(null, 'Mill', 'mill', '\u{1f980}'),
      seconds: fc.constantFrom(null, 0, 1, 2_147_483_647),
      at: fc.nat(3),
    }),
    size,
  );

async function add(added: readonly Row[]): Promise<void> {
  const values = JSON.stringify(added.map((row) => ({ ...row, id: randomUUID() })));
  await query(
    db,
    `insert into transcripts (id, user_id, title, channel_name, duration, created_at, updated_at)
     select id, '${user.id}', title, channel, seconds, moment, moment
     from (select *, timestamptz '2025-03-30 00:59:59.999998+00' + at * interval '1 microsecond'
         as moment
       from json_to_recordset('${values.replaceAll("'", "''")}'::json)
         as r(id uuid, title text, channel text, seconds integer, at integer)) as given`,
  );
}

async function idsInOrder(sort: keyof typeof KEYS, order: 'asc' | 'desc'): Promise<string[]> {
  const found = await query<{ id: string }>(
    db,
    `select id from transcripts where user_id = '${user.id}'
     order by ${KEYS[sort]} ${order}, id ${order}`,
  );
  return found.map(({ id }) => id);
}

/** The ids of all pages, with `between` run after each of them. */
async function walk(request: TranscriptListRequest, between = async () => {}): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await transcripts.listByUser(user.id, { ...request, cursor });
    expect(page.data.length).toBeLessThanOrEqual(request.limit);
    if (page.nextCursor !== null) expect(page.data).toHaveLength(request.limit);
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
    await between();
  } while (cursor !== undefined);
  return ids;
}

const clear = () => query(db, `delete from transcripts where user_id = '${user.id}'`);

describe.each(ORDERS)('by %s %s', (sort, order) => {
  test('pages of any size are the sorted whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows({ maxLength: 14 }),
        fc.integer({ min: 1, max: 6 }),
        async (all, limit) => {
          await clear();
          await add(all);
          const whole = await idsInOrder(sort, order);
          expect(whole).toHaveLength(all.length);
          expect(await walk({ sort, order, limit })).toEqual(whole);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('rows that come and go between pages neither repeat nor hide those that stay', async () => {
    const some = { minLength: 4, maxLength: 12 };
    await fc.assert(
      fc.asyncProperty(
        rows(some),
        rows({ maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.infiniteStream(fc.nat()),
        async (all, news, limit, random) => {
          await clear();
          await add(all);
          const before = new Set(await idsInOrder(sort, order));
          const coming = [...news];
          let removals = 3;
          const seen = await walk({ sort, order, limit }, async () => {
            await add(coming.splice(0, 1));
            if (removals-- <= 0) return;
            const present = await idsInOrder(sort, order);
            const gone = present[(random.next().value ?? 0) % Math.max(present.length, 1)];
            if (gone) await query(db, `delete from transcripts where id = '${gone}'`);
          });
          expect(new Set(seen).size).toBe(seen.length);
          const stayed = (await idsInOrder(sort, order)).filter((id) => before.has(id));
          expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('a cursor', () => {
  const first: TranscriptListRequest = { limit: 1, sort: 'title', title: 'a', minDuration: 0 };

  test.each([
    ['another key', { sort: 'channelName' }],
    ['the other direction', { order: 'desc' }],
    ['another filter', { title: 'b' }],
    ['one filter less', { minDuration: undefined }],
    ['one filter more', { speaker: 'Ada' }],
  ] as const)('is not good for %s', async (_, change) => {
    await clear();
    await add(Array.from({ length: 3 }, () => ({ title: 'a', channel: 'a', seconds: 1, at: 0 })));
    const { nextCursor } = await transcripts.listByUser(user.id, first);
    const request = { ...first, cursor: nextCursor ?? '' };
    expect((await transcripts.listByUser(user.id, request)).data).toHaveLength(1);
    await expect(
      transcripts.listByUser(user.id, { ...request, ...change } as TranscriptListRequest),
    ).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('takes a page of another size, the same filters in another order, and the default as said', async () => {
    await clear();
    await add(Array.from({ length: 3 }, () => ({ title: 'a', channel: 'a', seconds: 1, at: 0 })));
    const { nextCursor } = await transcripts.listByUser(user.id, first);
    const again = { minDuration: 0, title: 'a', sort: 'title', order: 'asc', limit: 9 } as const;
    const rest = await transcripts.listByUser(user.id, { ...again, cursor: nextCursor ?? '' });
    expect(rest.data).toHaveLength(2);
  });

  test('whose key is none of the order’s is refused, and never by the database', async () => {
    await clear();
    await add(Array.from({ length: 2 }, () => ({ title: null, channel: null, seconds: 1, at: 0 })));
    const foreign = [null, 1.5, 2 ** 31, -(2 ** 60), 1e300, 'text', 'a\0b', '\ud800', [], {}, true];
    for (const sort of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
      const { nextCursor } = await transcripts.listByUser(user.id, { limit: 1, sort });
      const [key, id, binding] = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString());
      const fits = (value: unknown) =>
        typeof value === typeof key &&
        (typeof value !== 'string' || value === 'text') &&
        (typeof value !== 'number' || (Number.isSafeInteger(value) && sort !== 'duration'));
      for (const value of foreign) {
        const cursor = Buffer.from(JSON.stringify([value, id, binding])).toString('base64url');
        const answer = transcripts.listByUser(user.id, { limit: 1, sort, cursor });
        if (fits(value)) expect(await answer).toHaveProperty('data');
        else await expect(answer, `${value}`).rejects.toMatchObject({ code: 'invalid_cursor' });
      }
    }
  });
});
