import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutLong } from '../../../src/chat/long-segments.ts';
import { passageOf } from './passage.ts';

const words = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `word${from + index}`).join(' ');
const found = (text: string, firstSegment: number, lastSegment = firstSegment) => ({
  text,
  firstSegment,
  lastSegment,
});
const textsOf = (runs: ReturnType<typeof cutLong>) =>
  runs.map((run) => run.map((segment) => segment.text));

test('short segments stay as they are', () => {
  const { segments } = passageOf([
    ['Ida', 0, 1_000, 'The mill.'],
    ['Odo', 1_000, 2_000, 'The wheel.'],
  ]);
  expect(cutLong(segments, found('Ida: The mill.', 0), true)).toEqual([segments]);
});

test('of a long segment what the chunk holds is kept, with its moment and what is around it', () => {
  const { segments } = passageOf([['Ida', 0, 2_000_000, words(2_000)]]);
  const [[part] = []] = cutLong(segments, found(`Ida: ${words(80, 1_000)}`, 0), true);
  expect(part?.text).toContain(words(80, 1_000));
  expect(part?.text.length).toBeLessThan(80 * 9 + 2 * 310);
  expect(part?.text.split(' ').every((word) => /^word\d+$/.test(word))).toBe(true);
  expect(part?.startMs).toBeGreaterThan(900_000);
  expect(part?.endMs).toBeLessThan(1_200_000);
  const [[alone] = []] = cutLong(segments, found(words(80, 1_000), 0), false);
  expect(alone?.text).toBe(words(80, 1_000));
});

test('a long neighbour gives what is next to the chunk, and nothing stands beside what was left out', () => {
  const { segments } = passageOf([
    [null, 0, 1, words(500)],
    [null, 1, 2, 'The mill.'],
    [null, 2, 3, words(500, 500)],
    [null, 3, 4, 'The end.'],
  ]);
  const texts = textsOf(cutLong(segments, found('The mill.', 1), true));
  expect(texts).toEqual([
    [expect.stringMatching(/^word\d+ .*word499$/), 'The mill.', expect.stringMatching(/^word500 /)],
    ['The end.'],
  ]);
});

test('the last word of a text is not cut in half', () => {
  const { segments } = passageOf([[null, 0, 1_000_000, words(386)]]);
  const [[part] = []] = cutLong(segments, found(words(28, 320), 0), true);
  expect(part?.text).toMatch(/ word385$/);
});

test('whatever is cut is in the text that it was cut from, at words', () => {
  const chunk = fc.record({ from: fc.nat(900), count: fc.integer({ min: 1, max: 90 }) });
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 1_000 }), chunk, (size, { from, count }) => {
      const text = words(size);
      const held = text
        .split(' ')
        .slice(from, from + count)
        .join(' ');
      const { segments } = passageOf([[null, 0, 1_000_000, text]]);
      const runs = cutLong(segments, found(held, 0), true);
      expect(` ${text} `).toContain(` ${runs[0]?.[0]?.text} `);
      if (held !== '') expect(runs[0]?.[0]?.text).toContain(held);
    }),
  );
});
