import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likeness } from '../../../src/transcripts/likeness.ts';

test('texts are as like as their letters', () => {
  expect(likeness('the wheel stalled', 'The wheel stalled!')).toBe(1);
  expect(likeness('abcd', 'abxd')).toBe(0.75);
  expect(likeness('abcd', 'abcdefgh')).toBe(0.5);
  expect(likeness('abc', 'xyz')).toBe(0);
  expect(likeness('…', '')).toBe(1);
});

test('likeness is the same both ways, and between 0 and 1', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const found = likeness(one, other);
      expect(found).toBe(likeness(other, one));
      expect(found).toBeGreaterThanOrEqual(0);
      expect(found).toBeLessThanOrEqual(1);
      expect(likeness(one, one)).toBe(1);
    }),
  );
});

test('sentences that have nothing to do with each other have little in common', () => {
  const sentences = [
    'The wheel stalled because the sluice was shut for the winter.',
    'We bought eleven new microphones, and none of them worked.',
    'My grandmother never talked about the years before the war.',
    'If you divide that by seven, the remainder is always three.',
    'Please send the invoice to the office in Rotterdam by Friday.',
  ];
  for (const one of sentences) {
    for (const other of sentences) {
      if (one !== other) expect(likeness(one, other)).toBeLessThan(0.4);
    }
  }
});
