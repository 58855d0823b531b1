import type { Segment } from '../schemas/segments.ts';
import { type PlacedWord, placeWords } from './place-words.ts';

export type WordIndex = ReturnType<typeof createWordIndex>;

/**
 * All words of a transcript in a row, and where each of them is said.
 *
 * @param segments in order; times in ms
 */
export const createWordIndex = (segments: readonly Segment[]) => {
  const words: string[] = [];
  const places = new Map<string, number[]>();
  /** The number of the first word of each segment. */
  const starts = new Uint32Array(segments.length);
  for (const [segment, { text }] of segments.entries()) {
    starts[segment] = words.length;
    for (const { word } of placeWords(text)) {
      const known = places.get(word);
      if (known) known.push(words.length);
      else places.set(word, [words.length]);
      words.push(word);
    }
  }

  /** The last segment for which `isBefore` holds, where it holds for a beginning of the list. */
  const lastSegment = (isBefore: (segment: number) => boolean): number => {
    let [low, high] = [0, segments.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };

  // Several words of one segment are asked for in a row, and a segment may be a whole transcript.
  let lastPlaced: { segment: number; words: PlacedWord[] } | undefined;
  const placedIn = (segment: number): PlacedWord[] => {
    if (lastPlaced?.segment !== segment) {
      lastPlaced = { segment, words: placeWords(segments[segment]?.text ?? '') };
    }
    return lastPlaced.words;
  };

  return {
    words,
    places,
    /** The number of the first word of a segment. */
    firstOf: (segment: number): number => starts[segment] ?? 0,
    /** Where a word is: its segment, and its offsets in the text of that. */
    at(word: number): { segment: number; from: number; to: number } {
      const segment = lastSegment((index) => (starts[index] ?? 0) <= word);
      const placed = placedIn(segment)[word - (starts[segment] ?? 0)];
      return { segment, from: placed?.from ?? 0, to: placed?.to ?? 0 };
    },
    /**
     * The words that were said from `startMs` to `endMs`, and in the segment in front
     * of these. Empty without times.
     */
    wordsBetween(startMs: number | null, endMs: number | null): number[] {
      if (startMs === null || endMs === null || segments[0]?.startMs == null) return [];
      // One segment earlier, as a segment may be long.
      const first = lastSegment((index) => (segments[index]?.startMs ?? 0) <= startMs) - 1;
      const last = lastSegment((index) => (segments[index]?.startMs ?? 0) <= endMs) + 1;
      const from = starts[Math.max(0, first)] ?? 0;
      const to = starts[last] ?? words.length;
      return Array.from({ length: to - from }, (_, offset) => from + offset);
    },
  };
};
