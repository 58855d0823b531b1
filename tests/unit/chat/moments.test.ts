import { expect, test } from 'vitest';
import { locateMoment, passageText } from '../../../src/chat/moments.ts';
import { passageOf } from './passage.ts';

test('a short segment is its own moment', () => {
  const passage = passageOf([
    ['A', 1_000, 4_000, 'one two three four'],
    ['A', 4_000, 6_000, 'five six'],
  ]);
  expect(passageText(passage)).toBe('one two three four five six');
  expect(locateMoment(passage, 8, 13)).toEqual({
    segments: [0, 0],
    startMs: 1_000,
    endMs: 4_000,
    speaker: 'A',
  });
});

test('in a long turn the words are found by their share of the time', () => {
  const words = Array.from({ length: 100 }, (_, index) => `w${String(index).padStart(2, '0')}`);
  const passage = passageOf([['A', 0, 100_000, words.join(' ')]]);
  const from = passageText(passage).indexOf('w50');
  const moment = locateMoment(passage, from, from + 7);
  expect(moment.startMs).toBeGreaterThan(48_000);
  expect(moment.startMs).toBeLessThan(52_000);
  expect(moment.endMs).toBeGreaterThan(50_000);
  expect(moment.endMs).toBeLessThan(54_000);
});

test('word times are taken where there are any', () => {
  const passage = passageOf([['A', 0, 9_000, 'one two three']]);
  const [segment] = passage.segments;
  if (segment) {
    segment.words = [
      { text: 'one', startMs: 100, endMs: 400, confidence: null },
      { text: 'two', startMs: 3_000, endMs: 3_300, confidence: null },
      { text: 'three', startMs: 7_000, endMs: 7_900, confidence: null },
    ];
  }
  expect(locateMoment(passage, 4, 7)).toMatchObject({ startMs: 3_000, endMs: 3_300 });
  expect(locateMoment(passage, 0, 7)).toMatchObject({ startMs: 100, endMs: 3_300 });
});

test('two speakers are nobody in particular, and a text without times has no moment', () => {
  const passage = passageOf([
    ['A', null, null, 'yes'],
    ['B', null, null, 'no'],
  ]);
  expect(locateMoment(passage, 0, 6)).toEqual({
    segments: [0, 1],
    startMs: null,
    endMs: null,
    speaker: null,
  });
});
