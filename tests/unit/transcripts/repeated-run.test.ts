import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparedWords, repeatedRun, wordKeys } from '../../../src/transcripts/repeated-run.ts';

const words = fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 });

/** The definition, tried length by length. */
const longestRun = (before: string[], after: string[]): number => {
  const lengths = after.map((_, index) => index + 1).filter((length) => length <= before.length);
  const same = (length: number) =>
    before.slice(-length).join(' ') === after.slice(0, length).join(' ');
  return lengths.findLast(same) ?? 0;
};

it('The repeated run is the longest that ends one list and begins the other', () => {
  fc.assert(
    fc.property(words, words, (before, after) => {
      expect(repeatedRun(before, after)).toBe(longestRun(before, after));
    }),
    { numRuns: 1_000 },
  );
});

it('Words are compared without case and punctuation, and otherwise exactly', () => {
  expect(comparedWords(' The “mill”, it’s ♪ Été!')).toEqual([
    { key: 'the', offset: 1 },
    { key: 'mill', offset: 5 },
    { key: 'its', offset: 13 },
    { key: 'été', offset: 20 },
  ]);
});

it('The keys of words are the same whether or not their offsets are asked for', () => {
  const ascii = fc.string({
    unit: fc.constantFrom('a', 'Z', '7', ' ', '-', "'", '.', '_', 'é', '一'),
  });
  fc.assert(
    fc.property(fc.oneof(ascii, fc.string()), (text) => {
      expect(wordKeys(text)).toEqual(comparedWords(text).map(({ key }) => key));
    }),
    { numRuns: 1_000 },
  );
  expect(wordKeys(` - It's  "Over-used", ... 7_7 `)).toEqual(['its', 'overused', '77']);
});
