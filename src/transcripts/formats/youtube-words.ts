import type { Word } from '../../schemas/segments.ts';
import { MAX_MS } from '../limits.ts';
import type { Warnings } from '../warnings.ts';
import { isTooLong } from './json-words.ts';
import { toPlainLine } from './zero-width.ts';

/**
 * A part of a caption; `offsetMs` counts from the start of the caption, and is null without one.
 * `certainty` is on YouTube's scale of 0 to 255, on which 0 stands where nothing is known.
 */
export type YouTubePiece = { text: string; offsetMs: number | null; certainty: number };

const CERTAIN = 255;
// A fraction is an object of its own in memory. Millions of words share these.
const CONFIDENCES = Array.from({ length: CERTAIN + 1 }, (_, value) =>
  value === 0 ? null : value / CERTAIN,
);

const toConfidence = (certainty: number): number | null => {
  if (!(certainty > 0 && certainty < Number.POSITIVE_INFINITY)) return null;
  return CONFIDENCES[certainty] ?? Math.min(certainty / CERTAIN, 1);
};

/** Whether a recogniser gave the words of a caption their times. */
export const hasWordTimes = (pieces: readonly YouTubePiece[]): boolean =>
  pieces.length > 1 && pieces.some(({ offsetMs }) => offsetMs !== null);

// A talk has a few thousand different words. To keep one string of each saves a quarter of the
// memory, and to clean it once much of the time.
const MOST_KNOWN = 10_000;

/**
 * Makes words of the pieces of captions: a word ends where the next one begins, and the last one
 * with the caption.
 *
 * @returns A function that answers null where there are none: a caption in one piece has words only
 * if it is one.
 */
export const createYouTubeWords = (warnings: Warnings) => {
  const known = new Map<string, string>();
  const clean = (raw: string): string => {
    const found = known.get(raw);
    if (found !== undefined) return found;
    const word = toPlainLine(raw);
    if (known.size < MOST_KNOWN) known.set(raw, word);
    return word;
  };

  return (pieces: readonly YouTubePiece[], startMs: number, endMs: number): Word[] | null => {
    const words: Word[] = [];
    let offset = 0;
    for (const { text, offsetMs, certainty } of pieces) {
      const word = clean(text);
      if (word === '') continue;
      if (isTooLong(word, warnings)) return null;
      offset = offsetMs ?? offset;
      const wordMs = Math.min(MAX_MS, startMs + offset);
      const last = words.at(-1);
      if (last) last.endMs = Math.max(last.startMs, wordMs);
      const ends = Math.max(wordMs, endMs);
      const made: Word = { text: word, startMs: wordMs, endMs: ends, confidence: null };
      // Not at once: V8 shares numbers only in a place that has held something else as well.
      made.confidence = toConfidence(certainty);
      words.push(made);
    }
    const [only] = words;
    // A list that grew has room for more. A copy has not, and there are many lists.
    if (words.length > 1) return words.slice();
    return only && !only.text.includes(' ') ? [only] : null;
  };
};
