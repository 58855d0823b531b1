import type { Segment, Word } from '../schemas/segments.ts';
import { countWords } from './words.ts';

type Span = { startMs: number | null; endMs: number | null };
type PlacedWord = Word & { offset: number };

// How far ahead a word is looked for when it is not the next thing in the text. A bound keeps the
// search linear when words and text have little to do with each other.
const LOOKAHEAD = 120;

const placeWords = (text: string, words: readonly Word[]): PlacedWord[] => {
  const placed: PlacedWord[] = [];
  let cursor = 0;
  for (const word of words) {
    const found = text.slice(cursor, cursor + LOOKAHEAD + word.text.length).indexOf(word.text);
    if (found === -1) continue;
    placed.push({ ...word, offset: cursor + found });
    cursor += found + word.text.length;
  }
  return placed;
};

/** Times by words: each part takes the share of the segment that its words are of all words. */
const interpolate = (text: string, ends: readonly number[], start: number, end: number): Span[] => {
  const total = Math.max(1, countWords(text));
  let from = 0;
  let words = 0;
  return ends.map((to, index) => {
    const startMs = start + Math.round(((end - start) * words) / total);
    words += countWords(text.slice(from, to));
    from = to;
    const last = index === ends.length - 1;
    const share = Math.min(1, words / total);
    return { startMs, endMs: last ? end : start + Math.round((end - start) * share) };
  });
};

/**
 * The time span of each part of a segment that was split at `ends`: that of its first and last
 * word where word times are known, else interpolated by words. Spans stay within the segment and
 * never run backwards.
 */
export const locateTimes = (segment: Segment, ends: readonly number[]): Span[] => {
  const { startMs, endMs, text, words } = segment;
  if (startMs === null || endMs === null) return ends.map(() => ({ startMs: null, endMs: null }));
  const guesses = interpolate(text, ends, startMs, endMs);
  const placed = placeWords(text, words ?? []);
  let next = 0;
  let earliest = startMs;
  return guesses.map((guess, index) => {
    const to = ends[index] ?? text.length;
    const first = next;
    while ((placed[next]?.offset ?? to) < to) next += 1;
    const inPart = first < next;
    const start = inPart ? placed[first]?.startMs : guess.startMs;
    const end = inPart ? placed[next - 1]?.endMs : guess.endMs;
    const from = Math.min(endMs, Math.max(earliest, start ?? startMs));
    earliest = from;
    return { startMs: from, endMs: Math.min(endMs, Math.max(from, end ?? endMs)) };
  });
};
