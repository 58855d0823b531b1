import type { Segment } from '../../../src/schemas/segments.ts';

/** A segment of 1 s with one word, unless told otherwise. */
export const segment = (over: Partial<Segment> = {}): Segment => ({
  startMs: 0,
  endMs: 1_000,
  speaker: null,
  text: 'Hello.',
  words: null,
  confidence: null,
  ...over,
});

/** `count` different words, `w0 w1 …`, each of which occurs once. */
export const words = (count: number, prefix = 'w'): string =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(' ');

/** Segments of `size` words, one every 3 s, each lasting 2.8 s. */
export const talk = (count: number, size: number): Segment[] =>
  Array.from({ length: count }, (_, index) =>
    segment({
      startMs: index * 3_000,
      endMs: index * 3_000 + 2_800,
      text: words(size, `s${index}w`),
    }),
  );
