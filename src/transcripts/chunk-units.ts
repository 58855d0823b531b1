import type { Segment } from '../schemas/segments.ts';
import { locateTimes } from './locate-times.ts';
import { type SplitLimits, splitText } from './split-text.ts';
import { countWords } from './words.ts';

/** What chunks are made of: a whole segment, or a part of one that is too long for a chunk. */
export type Unit = {
  /** The index of the segment, in the list that was chunked. */
  segment: number;
  /** How many chapters have begun by then. */
  chapter: number;
  speaker: string | null;
  text: string;
  words: number;
  startMs: number | null;
  endMs: number | null;
};

/**
 * The units of a transcript, one by one, in order. A segment becomes several when it has more than `maxWords`
 * words or does not fit `limits.length`.
 *
 * @param chapterStarts where chapters begin, in ms, rising
 */
export function* toUnits(
  segments: readonly Segment[],
  maxWords: number,
  limits: SplitLimits,
  chapterStarts: readonly number[],
): Generator<Unit> {
  let chapter = 0;
  for (const [index, segment] of segments.entries()) {
    const { speaker, text, startMs, endMs } = segment;
    const words = countWords(text);
    while ((chapterStarts[chapter] ?? Number.POSITIVE_INFINITY) <= (startMs ?? 0)) chapter += 1;
    if (words <= maxWords && text.length <= limits.length) {
      yield { segment: index, chapter, speaker, text, words, startMs, endMs };
      continue;
    }
    const ends = splitText(text, limits);
    const spans = locateTimes(segment, ends);
    let from = 0;
    for (const [part, to] of ends.entries()) {
      const piece = text.slice(from, to);
      const span = spans[part] ?? { startMs, endMs };
      yield {
        segment: index,
        chapter,
        speaker,
        text: piece,
        words: countWords(piece),
        ...span,
      };
      from = to;
    }
  }
}
