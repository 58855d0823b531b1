import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTokenLimit } from '../../../src/openai/token-limit.ts';
import { countTokens } from '../../../src/transcripts/tokens.ts';

test('without a limit all of it passes', () => {
  expect(createTokenLimit(undefined)('The wheel stalled. ')).toBe('The wheel stalled. ');
});

test('a text ends with the last word that fits, and nothing passes behind it', () => {
  const take = createTokenLimit(5);
  expect(take('The wheel ')).toBe('The wheel ');
  expect(take('stalled at night')).toBe('stalled');
  expect(take('.')).toBe('');
});

test('what passes is the beginning of the text, and within the limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.lorem({ maxCount: 5 }).map((words) => `${words} `)),
      fc.nat(40),
      (pieces, limit) => {
        const take = createTokenLimit(limit + 1);
        const taken = pieces.map(take).join('');
        expect(pieces.join('').startsWith(taken)).toBe(true);
        expect(countTokens(taken)).toBeLessThanOrEqual(limit + 1);
      },
    ),
    { numRuns: 200 },
  );
});
