import type { Passage } from '../repositories/library.ts';
import { momentOfWords } from '../transcripts/moment-of-words.ts';
import type { PassageSegment } from './passages.ts';

/** A chunk has some 500 characters. A segment of more than this is longer than what was found. */
const LONG = 1_200;

/** What is kept of a long segment around the part that was found, where a sentence may begin. */
const AROUND = 300;

const LONGEST_WORD = 50;

type Found = Pick<Passage, 'firstSegment' | 'lastSegment' | 'text'>;
/** Offsets in the text of a segment, `to` excluded. */
type Stretch = { from: number; to: number };

/**
 * Leaves of long segments what a chunk holds of them, with what stands around it: a transcript
 * without line ends may be one segment, which no model could read as a whole.
 *
 * @param run segments without a gap
 * @param around whether what stands around the chunk is wanted
 * @returns runs without a gap; nothing that is left out stands within one
 */
export function cutLong(
  run: readonly PassageSegment[],
  found: Found,
  around: boolean,
): PassageSegment[][] {
  const runs: PassageSegment[][] = [[]];
  for (const segment of run) {
    const { length } = segment.text;
    const { from, to } =
      length > LONG ? stretchOf(segment, found, around ? AROUND : 0) : { from: 0, to: length };
    if (from > 0) runs.push([]);
    if (from < to) runs.at(-1)?.push(from > 0 || to < length ? cut(segment, from, to) : segment);
    if (to < length) runs.push([]);
  }
  return runs.filter((segments) => segments.length > 0);
}

function stretchOf(segment: PassageSegment, found: Found, margin: number): Stretch {
  const { text, position } = segment;
  if (position < found.firstSegment) return atWords(text, text.length - margin, text.length);
  if (position > found.lastSegment) return atWords(text, 0, margin);
  if (found.firstSegment < found.lastSegment) {
    // A chunk has the end of the segment that it begins in, and the beginning of its last one.
    if (position === found.firstSegment) return atWords(text, text.length - LONG, text.length);
    return atWords(text, 0, LONG);
  }
  const label = segment.speaker === null ? '' : `${segment.speaker}: `;
  const part = found.text.slice(found.text.startsWith(label) ? label.length : 0);
  const collapsed = part.replace(/\s+/g, ' ').trim();
  const at = text.indexOf(collapsed);
  // Cut at a playhead the segment is no longer all that the chunk holds: then its end is nearest.
  if (at < 0) return atWords(text, text.length - LONG, text.length);
  return atWords(text, at - margin, at + collapsed.length + margin);
}

/** A stretch that begins and ends between words, where there are any: some languages need no spaces. */
function atWords(text: string, from: number, to: number): Stretch {
  if (to <= from) return { from: 0, to: 0 };
  const before = from <= 0 ? 0 : text.lastIndexOf(' ', from) + 1;
  const space = to >= text.length ? -1 : text.indexOf(' ', to);
  const behind = space < 0 ? text.length : space;
  const start = from - before > LONGEST_WORD ? from : before;
  const end = behind - to > LONGEST_WORD ? to : behind;
  return { from: start, to: end };
}

function cut(segment: PassageSegment, from: number, to: number): PassageSegment {
  const { startMs, endMs } = momentOfWords(segment, from, to);
  const within = (word: { startMs: number; endMs: number }) =>
    startMs !== null && endMs !== null && word.startMs >= startMs && word.endMs <= endMs;
  const words = segment.words?.filter(within) ?? null;
  return { ...segment, startMs, endMs, text: segment.text.slice(from, to), words };
}
