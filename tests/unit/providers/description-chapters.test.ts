import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chaptersIn } from '../../../src/providers/captions/description-chapters.ts';

test('the lines that begin with a time are chapters', () => {
  const description = `A mill at 3:30 in the morning.

0:00 Intro
1:05 - The tide: why?
(59:59) The wheel
1:00:10 | 2 stones

Music: 12:00`;
  expect(chaptersIn(description)).toEqual([
    { startMs: 0, title: 'Intro' },
    { startMs: 65_000, title: 'The tide: why?' },
    { startMs: 3_599_000, title: 'The wheel' },
    { startMs: 3_610_000, title: '2 stones' },
  ]);
});

test.each([
  ['no lines of times', 'A mill.'],
  ['two chapters', '0:00 One\n1:00 Two'],
  ['a beginning that is not the beginning', '0:01 One\n1:00 Two\n2:00 Three'],
  ['times that fall', '0:00 One\n2:00 Two\n1:00 Three'],
  ['a chapter of nine seconds', '0:00 One\n1:00 Two\n1:09 Three'],
])('%s make none', (_, description) => {
  expect(chaptersIn(description)).toEqual([]);
});

const clock = (ms: number) => {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60].map(
    (part) => String(Math.floor(part)).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}`;
};

test('chapters that are written down are read back', () => {
  const title = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 :'-]{0,30}[a-z]$/);
  const steps = fc.array(fc.tuple(fc.integer({ min: 10, max: 4_000 }), title), {
    minLength: 2,
    maxLength: 30,
  });
  fc.assert(
    fc.property(title, steps, (first, rest) => {
      let startMs = 0;
      const chapters = [{ startMs, title: first }];
      for (const [seconds, name] of rest) {
        startMs += seconds * 1_000;
        chapters.push({ startMs, title: name });
      }
      const lines = chapters.map((chapter) => `${clock(chapter.startMs)} ${chapter.title}`);
      expect(chaptersIn(`Before.\n${lines.join('\n')}\nAfter.`)).toEqual(chapters);
    }),
  );
});
