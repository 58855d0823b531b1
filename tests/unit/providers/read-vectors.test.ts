import { expect, test } from 'vitest';
import { readTokens } from '../../../src/providers/read-vectors.ts';

test.each([
  [7, 1, 7],
  [150_000, 2, 150_000],
  [150_000, 1, 0],
  [2_147_483_647, 2_048, 0],
  [1e300, 2_048, 0],
  [-1, 1, 0],
  [0.5, 1, 0],
  ['7', 1, 0],
])('%j tokens of %i texts are counted as %i', (tokens, texts, counted) => {
  expect(readTokens({ usage: { prompt_tokens: tokens } }, texts)).toBe(counted);
});
