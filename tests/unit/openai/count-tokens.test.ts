import { expect, test } from 'vitest';
import { countUpTo } from '../../../src/openai/count-tokens.ts';
import { countTokens } from '../../../src/transcripts/tokens.ts';

const SPEECH = 'Why had the wheel stalled? The sluice, says Mühle 水車, was shut at 4:07. ';

test.each([
  ['nothing', ''],
  ['a sentence', SPEECH],
  ['an hour', SPEECH.repeat(800)],
  ['many spaces', `a${' '.repeat(9_000)}b`],
])('%s has as many tokens in parts as in one', async (_, text) => {
  const tokens = await countUpTo(text, 1_000_000);
  expect(Math.abs(tokens - countTokens(text))).toBeLessThan(5);
});

test('it ends soon behind the limit', async () => {
  const tokens = await countUpTo(SPEECH.repeat(10_000), 100);
  expect(tokens).toBeGreaterThan(100);
  expect(tokens).toBeLessThan(5_000);
});
