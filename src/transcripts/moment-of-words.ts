import type { Segment } from '../schemas/segments.ts';
import { locateTimes } from './locate-times.ts';

/** A caption is so short that its start is the moment; in a long turn the words have to be found. */
const LONG_SEGMENT_MS = 15_000;

/**
 * When `segment.text.slice(from, to)` was said, in ms: by its first and last word where word times
 * are known or the segment is long, else the time of the segment.
 */
export const momentOfWords = (
  segment: Segment,
  from: number,
  to: number,
): { startMs: number | null; endMs: number | null } => {
  const { startMs, endMs, words, text } = segment;
  if (startMs === null || endMs === null) return { startMs, endMs };
  if (!words?.length && endMs - startMs <= LONG_SEGMENT_MS) return { startMs, endMs };
  // Parts are given by their ends: what is before, the stretch itself, and the rest.
  const ends = [from, to, text.length].filter((end) => end > 0);
  return locateTimes(segment, ends)[from > 0 ? 1 : 0] ?? { startMs, endMs };
};
