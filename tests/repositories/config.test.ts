import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';

const { db } = await openTestDatabase();
const { config } = createRepositories(db);

beforeEach(() => query(db, 'delete from config'));

/** NUL is refused at the door; PostgreSQL has no minus zero. */
const storableJson = fc
  .jsonValue({ stringUnit: 'grapheme' })
  .filter((value) => !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value)))
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

test('any JSON value can be set and read', async () => {
  await fc.assert(
    fc.asyncProperty(storableJson, async (value) => {
      await config.setValue('key', value);
      expect(await config.getValue('key')).toEqual(value);
    }),
    { examples: [[null], ['5'], ['null'], ['{"a":1}'], ['true'], ['"'], [''], [0], [false], [[]]] },
  );
});

test('a key that was never set has no value and no entry', async () => {
  expect(await config.getValue('key')).toBeUndefined();
  expect(await config.get('key')).toBeUndefined();
});

test('setting a key again replaces its value, and its description where one is given', async () => {
  const first = await config.setValue('key', 1, 'What it is');
  expect(first).toMatchObject({ key: 'key', value: 1, description: 'What it is' });
  expect(await config.setValue('key', 2)).toMatchObject({ value: 2, description: 'What it is' });
  expect(await config.setValue('key', 3, 'New')).toMatchObject({ value: 3, description: 'New' });
  expect(await config.setValue('key', 4, null)).toMatchObject({ value: 4, description: null });
  const entry = await config.get('key');
  expect(entry).toMatchObject({ key: 'key', value: 4, description: null });
  expect(entry?.createdAt).toEqual(first.createdAt);
  expect(await query(db, 'select key from config')).toHaveLength(1);
});

test('a list is ordered by key', async () => {
  for (const key of ['b', 'c', 'a']) await config.setValue(key, key.toUpperCase());
  const { data, nextCursor } = await config.list({ limit: 10 });
  expect(data.map(({ key, value }) => [key, value])).toEqual([
    ['a', 'A'],
    ['b', 'B'],
    ['c', 'C'],
  ]);
  expect(nextCursor).toBeNull();
});

test('deleting says whether there was such a key', async () => {
  await config.setValue('a', 1);
  await config.setValue('b', 2);
  expect(await config.delete('a')).toBe(true);
  expect(await config.delete('a')).toBe(false);
  expect(await config.getValue('a')).toBeUndefined();
  expect(await config.getValue('b')).toBe(2);
});
