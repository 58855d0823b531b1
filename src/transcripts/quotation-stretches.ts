import { longestCommon } from './shared-words.ts';
import type { WordIndex } from './word-index.ts';

/** Of a quotation that was corrected, this share of the words must be left, and in their order. */
const SHARED_HERE = 0.6;
/** Somewhere else it takes more, or a few common words would do. */
const SHARED_ELSEWHERE = 0.8;
/** A quotation of fewer words is only found elsewhere as it is. */
const SHORT = 4;
/** So many words in a row are hardly ever said twice. */
const LONG_RUN = 6;
/** How many words more than were quoted a corrected passage may have. */
const SLACK = 4;
/** Words that are said more often do not tell where a passage is. */
const MAX_OCCURRENCES = 200;

/** Words of an index, both ends included, and which share of a quotation's words is among them. */
export type Stretch = { first: number; last: number; shared: number };

/** The stretch around a word of the index that has the most words of a quotation in common. */
export const compareAt = (index: WordIndex, words: readonly string[], from: number): Stretch => {
  if (words.every((word, offset) => index.words[from + offset] === word)) {
    return { first: from, last: from + words.length - 1, shared: 1 };
  }
  const start = Math.max(0, from - SLACK);
  const there = index.words.slice(start, from + words.length + SLACK);
  const places = longestCommon(words, there).map(([, place]) => place);
  // Each word is the last one in front of the next: "the" of the sentence before is another one.
  for (let at = places.length - 2; at >= 0; at -= 1) {
    const word = there[places[at] ?? 0] ?? '';
    places[at] = there.lastIndexOf(word, (places[at + 1] ?? 0) - 1);
  }
  return {
    first: start + (places[0] ?? 0),
    last: start + (places.at(-1) ?? 0),
    shared: places.length / words.length,
  };
};

/** Where the quotation would begin, by each occurrence of its rarest words. */
export const candidates = (index: WordIndex, words: readonly string[]): number[] => {
  const placed = words.map((word, offset) => ({ offset, places: index.places.get(word) ?? [] }));
  const telling = placed
    .filter(({ places }) => places.length > 0 && places.length <= MAX_OCCURRENCES)
    .toSorted((a, b) => a.places.length - b.places.length)
    .slice(0, 3);
  const starts = telling.flatMap(({ offset, places }) => places.map((place) => place - offset));
  return [...new Set(starts)].map((start) => Math.max(0, start));
};

/** Whether so much is left of a quotation that it is the same one. */
export const isFound = (
  { first, last, shared }: Stretch,
  length: number,
  here: boolean,
): boolean => {
  if (here) return shared >= SHARED_HERE;
  const span = last - first + 1;
  if (length < SHORT) return shared === 1 && span === length;
  const said = shared * length;
  if (shared >= SHARED_HERE && said >= LONG_RUN && said >= 0.9 * span) return true;
  return shared >= SHARED_ELSEWHERE && span <= 1.5 * length;
};
