import { expect, test } from 'vitest';
import { readRetryAfter } from '../../../src/providers/retry-after.ts';

const now = Date.parse('Sat, 21 Nov 2026 12:00:00 GMT');

test.each([
  ['0', 0],
  ['7', 7_000],
  [' 2.5 ', 2_500],
  ['86400', 3_600_000],
  ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
  ['Sun, 22 Nov 2026 12:00:00 GMT', 3_600_000],
  ['-1', undefined],
  ['soon', undefined],
  ['Mon, never', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (value, expected) => {
  expect(readRetryAfter(value, now)).toBe(expected);
});
