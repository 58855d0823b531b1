import { locateTimes } from '../transcripts/locate-times.ts';
import type { CitablePassage, PassageSegment } from './passages.ts';

/** Where in the recording a stretch of a passage was said. */
export type PassageMoment = {
  segments: [first: number, last: number];
  startMs: number | null;
  endMs: number | null;
  speaker: string | null;
};

/** A caption is so short that its start is the moment; in a long turn the words have to be found. */
const LONG_SEGMENT_MS = 15_000;

/** The text of a passage: its segments, joined by single spaces. */
export function passageText(passage: Pick<CitablePassage, 'segments'>): string {
  return passage.segments.map((segment) => segment.text).join(' ');
}

/**
 * The moment at which `text.slice(from, to)` of {@link passageText} was said: that of its first
 * and last word where word times are known or the segment is long, else that of its segments.
 */
export function locateMoment(
  passage: Pick<CitablePassage, 'segments'>,
  from: number,
  to: number,
): PassageMoment {
  const covered: { segment: PassageSegment; from: number; to: number }[] = [];
  let offset = 0;
  for (const segment of passage.segments) {
    const start = Math.max(from - offset, 0);
    const end = Math.min(to - offset, segment.text.length);
    if (start < end) covered.push({ segment, from: start, to: end });
    offset += segment.text.length + 1;
  }
  const first = covered[0];
  const last = covered.at(-1);
  if (!first || !last) throw new RangeError(`no segment between ${from} and ${to}`);
  const speakers = new Set(covered.map(({ segment }) => segment.speaker));
  return {
    segments: [first.segment.position, last.segment.position],
    startMs: timesWithin(first.segment, first.from, first.to).startMs,
    endMs: timesWithin(last.segment, last.from, last.to).endMs,
    speaker: speakers.size === 1 ? first.segment.speaker : null,
  };
}

function timesWithin(segment: PassageSegment, from: number, to: number) {
  const { startMs, endMs, words, text } = segment;
  if (startMs === null || endMs === null) return { startMs, endMs };
  if (!words?.length && endMs - startMs <= LONG_SEGMENT_MS) return { startMs, endMs };
  // Parts are given by their ends: what is before, the stretch itself, and the rest.
  const ends = [from, to, text.length].filter((end) => end > 0);
  return locateTimes(segment, ends)[from > 0 ? 1 : 0] ?? { startMs, endMs };
}
