import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { query } from '../helpers/database.ts';
import { config, db, keyLists, type List, timeLists, user } from './paged-lists.ts';

/** Lists of one revision, which their cursors name. */
const PINNED = new Set(['segments', 'chunks']);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const garbage = [
  '',
  ' ',
  'x',
  '!!!',
  'bnVsbA',
  encode(null),
  encode({}),
  encode([]),
  encode('a'),
  encode([null]),
  encode([{}]),
  encode([[1]]),
  encode([true, user.id]),
];
const inBothKinds = [
  encode([1.5, user.id]),
  encode([2 ** 53, user.id]),
  encode([-1e300, user.id]),
  encode([Number.MAX_VALUE, user.id]),
];
const badTimes = [
  encode([1]),
  encode([1, 'x']),
  encode([1, `${user.id} `]),
  encode([user.id, 1]),
  encode(['2025-01-01 00:00:00+00', user.id]),
  encode(['2025-02-30 25:61:61+99', user.id]),
  encode(['a', user.id]),
];
const badNumbers = [encode(['1']), encode([-1]), encode([-(2 ** 31) - 1])];
const badTexts = [encode([1]), encode(['a\0']), encode(['\ud800'])];

describe('a foreign or mangled cursor is invalid_cursor', () => {
  const refused = async (list: List, cursors: string[]) => {
    for (const cursor of cursors) {
      await expect(list({ limit: 2, cursor }), cursor).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    }
  };

  test.each(timeLists)('in the list of %s', async (_, { list }) => {
    await refused(list, [...garbage, ...inBothKinds, ...badTimes]);
  });

  test.each(keyLists)('in the list of %s', async (_, list) => {
    await refused(list, [...garbage, ...inBothKinds, ...badNumbers]);
  });

  test.each(keyLists.slice(1))('in the list of %s, beyond its integers', async (_, list) => {
    await refused(list, [encode([2 ** 31]), encode([Number.MAX_SAFE_INTEGER])]);
  });

  test('in a list that is pinned to a revision, in either of its numbers', async () => {
    for (const [name, list] of keyLists) {
      if (!PINNED.has(name)) continue;
      const wrong = [
        [1],
        [1, 1, 1],
        [-1, 1],
        [1, -1],
        [1.5, 1],
        [1, '1'],
        [2 ** 31, 1],
        [1, 2 ** 31],
      ];
      await refused(list, wrong.map(encode));
    }
  });

  test('in the list of config', async () => {
    await refused(config.list, [
      ...garbage.filter((cursor) => cursor !== encode('a')),
      ...badTexts,
    ]);
  });

  test('also when it comes from a list of another kind', async () => {
    const ofTimes = [encode([Date.now() * 1_000, user.id])];
    await refused(config.list, ofTimes);
    for (const [, list] of keyLists) await refused(list, [...ofTimes, encode(['key 1'])]);
    for (const [, { list }] of timeLists) await refused(list, [encode([5]), encode(['key 1'])]);
  });

  test('or the end of the list, where it could be one', async () => {
    for (const [, { list, add }] of timeLists) {
      for (const text of ['One', 'Two']) await query(db, add('now()', text));
      const { nextCursor } = await list({ limit: 1 });
      // What follows the time and the id binds the cursor to its list.
      const [, , ...rest] = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString());
      const first = encode([Number.MIN_SAFE_INTEGER, user.id, ...rest]);
      expect(await list({ limit: 2, cursor: first })).toEqual({ data: [], nextCursor: null });
    }
    for (const [name, list] of keyLists) {
      const last = encode([2 ** 31 - 1, ...(PINNED.has(name) ? [1] : [])]);
      expect(await list({ limit: 2, cursor: last })).toEqual({ data: [], nextCursor: null });
    }
  });

  test('and never another error, whatever it is', async () => {
    const lists = [
      ...timeLists.map(([, { list }]) => list),
      ...keyLists.map(([, list]) => list),
      config.list,
    ];
    const cursors = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.jsonValue().map(encode),
      fc
        .array(fc.oneof(fc.double(), fc.integer(), fc.string({ unit: 'binary' }), fc.uuid()), {
          maxLength: 3,
        })
        .map(encode),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lists), cursors, async (list, cursor) => {
        const page = await list({ limit: 1, cursor }).catch((error: unknown) => error);
        if (page instanceof Error) expect(page).toMatchObject({ code: 'invalid_cursor' });
      }),
      { numRuns: 300 },
    );
  });
});
