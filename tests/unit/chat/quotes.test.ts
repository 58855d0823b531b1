import { expect, test } from 'vitest';
import { quotedParts } from '../../../src/chat/quotation-marks.ts';
import { findQuote, nearestText } from '../../../src/chat/quotes.ts';

const SAID = 'We opened at nine. “Never,” she said, and we closed at ten — again.';

test('a quote is found letter for letter', () => {
  expect(findQuote(SAID, 'opened at nine')).toEqual({ from: 3, to: 17, match: 'exact' });
});

test('a quote is found whatever its case, spaces and punctuation', () => {
  const found = findQuote(SAID, 'NEVER she   said and we closed');
  expect(found?.match).toBe('normalized');
  expect(SAID.slice(found?.from, found?.to)).toBe('Never,” she said, and we closed');
});

test('what was not said is not found', () => {
  expect(findQuote(SAID, 'we opened at ten')).toBeUndefined();
  expect(findQuote(SAID, '…')).toBeUndefined();
  expect(findQuote(SAID, ' ')).toBeUndefined();
});

test('a quote inside a quote is tried as a whole first', () => {
  expect(quotedParts('He said “so “never” is over” then')[0]).toBe('so “never” is over');
});

test('two quotes of one claim are both tried', () => {
  expect(quotedParts('“one” and “two”')).toEqual(expect.arrayContaining(['one', 'two']));
});

test('the nearest text is the one that shares the most words, the first of equals', () => {
  expect(
    nearestText(['a red mill', 'a blue wheel', 'the blue wheel'], 'Blue wheels? A wheel!'),
  ).toBe(1);
  expect(nearestText(['x', 'y'], 'nothing')).toBe(0);
});
