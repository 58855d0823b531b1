import { momentOfWords } from '../transcripts/moment-of-words.ts';
import type { CitablePassage, PassageSegment } from './passages.ts';

/** Where in the recording a stretch of a passage was said. */
export type PassageMoment = {
  segments: [first: number, last: number];
  startMs: number | null;
  endMs: number | null;
  speaker: string | null;
};

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
    startMs: momentOfWords(first.segment, first.from, first.to).startMs,
    endMs: momentOfWords(last.segment, last.from, last.to).endMs,
    speaker: speakers.size === 1 ? first.segment.speaker : null,
  };
}
