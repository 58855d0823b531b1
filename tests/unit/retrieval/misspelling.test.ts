import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayBeMisspelt } from '../../../src/retrieval/misspelling.ts';

test.each([
  ['recieve', 'receive', true],
  ['turbin', 'turbine', true],
  ['hte', 'the', true],
  ['whel', 'wheel', true],
  ['trubien', 'turbine', true],
  ['whole', 'wheel', false],
  ['advis', 'davi', false],
  ['grinding', 'painting', false],
  ['cat', 'car', true],
  ['cat', 'dog', false],
])('%s for %s: %s', (word, meant, expected) => {
  expect(mayBeMisspelt(word, meant)).toBe(expected);
});

test('a word that lost, gained or swapped one letter is always a misspelling', () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), fc.stringMatching(/^[a-z]$/), (meant, place, letter) => {
      const at = place % (meant.length - 1);
      const [before, first = '', second = '', after] = [
        meant.slice(0, at),
        meant[at],
        meant[at + 1],
        meant.slice(at + 2),
      ];
      for (const typed of [
        before + second + after,
        before + second + first + after,
        before + letter + first + second + after,
        before + letter + second + after,
      ]) {
        expect(mayBeMisspelt(typed, meant)).toBe(true);
      }
    }),
  );
});
