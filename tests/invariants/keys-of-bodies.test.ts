import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkValue } from '../../src/plugins/check-value.ts';
import { countKeysOfText } from '../../src/plugins/count-keys.ts';
import { atOnce } from '../../src/transcripts/steps.ts';

const keysOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, child) => sum + keysOf(child), own);
};
const isDuplicate = (text: string) => atOnce(countKeysOfText(text)) !== keysOf(JSON.parse(text));

test('no value that was written once has a key twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
      expect(isDuplicate(JSON.stringify(value, null, indent))).toBe(false);
    }),
  );
});

test('as many keys are in a value as in its text', () => {
  const storable = (value: unknown) => !/\\u|__proto__|constructor/.test(JSON.stringify(value));
  fc.assert(
    fc.property(fc.jsonValue().filter(storable), (value) => {
      expect(atOnce(checkValue(value))).toBe(atOnce(countKeysOfText(JSON.stringify(value))));
    }),
  );
});

test('a key that is repeated anywhere is found', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.nat(5), (key, value, depth) => {
      const name = JSON.stringify(key);
      const object = `{${name} : ${JSON.stringify(value)},\n${name}\t: 1}`;
      const text = `${'[{"a":'.repeat(depth)}${object}${'}]'.repeat(depth)}`;
      expect(isDuplicate(text)).toBe(true);
    }),
  );
});

test.each([
  ['{"a":1,"\\u0061":2}', true],
  ['{"a\\\\":1,"a\\"":2}', false],
  ['{"a":":","b":"\\":"}', false],
  ['["a","a",{"a":1},{"a":1}]', false],
  ['"a"', false],
  ['5', false],
])('%s: %s', (text, expected) => {
  expect(isDuplicate(text)).toBe(expected);
});

test('a megabyte is checked in no time, whatever is in it', () => {
  for (const text of ['\\\\'.repeat(5e5), '\\"'.repeat(5e5), ':'.repeat(1e6)]) {
    expect(isDuplicate(`{"a":"${text}"}`)).toBe(false);
  }
});

test('millions of values are looked at one after another, and not held beside the body', () => {
  expect(atOnce(checkValue({ items: new Array(20_000_000).fill(0) }))).toBe(1);
});
