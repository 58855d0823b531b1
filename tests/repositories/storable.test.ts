import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findUnstorable, storableJson, storableText } from '../../src/storable.ts';
import { openTestDatabase, query } from '../helpers/database.ts';

const { db } = await openTestDatabase();

/** Text with what is seldom in it: NUL, halves of pairs, and what only looks like their escapes. */
const parts = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  fc.constantFrom(
    '\0',
    '\ud83d',
    '\ude00',
    '\ud83d\ude00',
    '\\',
    '\\u0000',
    '\\ud83d',
    '\\\\u0000',
  ),
);
const text = fc.array(parts, { maxLength: 6 }).map((found) => found.join(''));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    ...[text, fc.constantFrom(null, true, false, 0, 1.5)],
    ...[fc.array(tie('json'), { maxLength: 3 }), fc.dictionary(text, tie('json'), { maxKeys: 3 })],
  ),
}));

/** All text in a value, names as well. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value)].flatMap(
    textsOf,
  );
}

test('any text can be stored when what cannot is replaced, and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const stored = storableText(given);
      expect(await query(db, sql`select ${stored}::text as value`)).toEqual([{ value: stored }]);
      expect(stored).toHaveLength(given.length);
      for (let at = 0; at < given.length; at += 1) {
        expect(['\ufffd', given[at]]).toContain(stored[at]);
      }
      if (!findUnstorable(given)) expect(stored).toBe(given);
    }),
    { examples: [['\0a\ud800'], ['\ud83d\ude00\\u0000']] },
  );
});

test('any JSON can be stored when what cannot is replaced, and what can is unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(json, async (given) => {
      const stored = storableJson(given);
      const parameter = JSON.stringify(stored);
      expect(await query(db, sql`select ${parameter}::text::jsonb as value`)).toEqual([
        { value: stored },
      ]);
      if (!textsOf(given).some(findUnstorable)) expect(stored).toEqual(given);
    }),
    { examples: [[{ 'a\0': ['\ud800', '\\u0000'] }], ['\\\\ud83d'], ['\\\0']] },
  );
});

test('text in JSON is replaced as text alone is', () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(storableJson(given)).toBe(storableText(given));
    }),
  );
});

test('what has no JSON has none to store', () => {
  expect(storableJson(undefined)).toBeUndefined();
  expect(storableJson(() => {})).toBeUndefined();
});
