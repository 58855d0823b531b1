import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { query } from '../helpers/database.ts';
import { config, db, keyLists, type List, timeLists } from './paged-lists.ts';

/** All pages of a list, with `between` run after each of them. */
async function walk(list: List, limit: number, between: () => Promise<unknown> = async () => {}) {
  const rows: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    expect(page.data.length).toBeLessThanOrEqual(limit);
    if (page.nextCursor !== null) expect(page.data).toHaveLength(limit);
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
    await between();
  } while (cursor !== undefined);
  return rows;
}

const BASE = `timestamptz '2025-03-30 00:59:59.999997+00'`;
const at = (microseconds: number) => `${BASE} + ${microseconds} * interval '1 microsecond'`;

describe.each(timeLists)('the list of %s', (_, { list, add, clear }) => {
  const addAll = async (times: number[]) => {
    await query(db, clear);
    for (const time of times) await query(db, add(at(time), randomUUID()));
  };

  test('has no gap and no repeat, also where times are equal or microseconds apart', async () => {
    const times = fc.array(fc.nat(5), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 5 }), async (offsets, limit) => {
        await addAll(offsets);
        const { data: whole } = await list({ limit: 100 });
        expect(whole.length).toBeGreaterThanOrEqual(offsets.length);
        expect(await walk(list, limit)).toEqual(whole);
      }),
      { numRuns: 12 },
    );
  });

  test('shows every row once while others are added between two pages', async () => {
    await addAll([0, 0, 0, 1, 2, 2]);
    const { data: before } = await list({ limit: 100 });
    let rounds = 0;
    const rows = await walk(list, 2, async () => {
      if (rounds++ > 3) return;
      for (const time of [0, 1, 3]) await query(db, add(at(time), randomUUID()));
    });
    const seen = rows.map((row) => JSON.stringify(row));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(before.map((row) => JSON.stringify(row))));
  });

  test('is empty without rows, and ends exactly where the rows end', async () => {
    await addAll([]);
    const { data: others } = await list({ limit: 100 });
    await addAll([1, 1, 1, 1]);
    expect((await list({ limit: others.length + 4 })).nextCursor).toBeNull();
    expect((await list({ limit: others.length + 3 })).nextCursor).not.toBeNull();
  });
});

describe.each([...keyLists, ['config', config.list] satisfies [string, List]])(
  'the list of %s',
  (_, list) => {
    test.each([1, 2, 3, 7])('has no gap and no repeat in pages of %d', async (limit) => {
      const { data: whole } = await list({ limit: 1_000 });
      expect(whole).not.toEqual([]);
      expect(await walk(list, limit)).toEqual(whole);
    });
  },
);
