import { expect, test } from 'vitest';
import { withoutNumbers } from '../../../src/chat/without-numbers.ts';

async function clean(pieces: Iterable<string>) {
  async function* source() {
    yield* pieces;
  }
  let text = '';
  for await (const piece of withoutNumbers(source(), 's')) text += piece;
  return text;
}

test.each([
  ['It stalled [2].', 'It stalled [s0].'],
  ['see “Section [3] of it” [s1]', 'see “Section [3] of it” [s1]'],
  ['He said "see [3]" and left [4].', 'He said "see [3]" and left [s0].'],
  ['A 5" pipe [2]\nand more [3].', 'A 5" pipe [2]\nand more [s0].'],
])('%j becomes %j, whole or in letters', async (text, cleaned) => {
  expect(await clean([text])).toBe(cleaned);
  expect(await clean(text)).toBe(cleaned);
});
