import type { Segment } from '../schemas/segments.ts';
import { momentOfWords } from './moment-of-words.ts';
import { placeWords } from './place-words.ts';
import { longestCommon } from './shared-words.ts';
import { createWordIndex, type WordIndex } from './word-index.ts';

/** A quotation as it was cited: its words, and where they were in the cited revision. */
export type Quotation = {
  quote: string;
  startMs: number | null;
  endMs: number | null;
  firstSegment: number;
};

/**
 * Where a quotation stands in another revision. `anchored`: at the moment that was cited; `moved`:
 * at another one; `lost`: nowhere. Positions are indices of segments, both ends included.
 */
export type QuotationAnchor =
  | { status: 'lost' }
  | {
      status: 'anchored' | 'moved';
      firstSegment: number;
      lastSegment: number;
      startMs: number | null;
      endMs: number | null;
    };

/** Of a quotation that was corrected, this share of the words must be left, and in their order. */
const SHARED_WORDS = 0.6;
/** How many words more than were quoted a corrected passage may have. */
const SLACK = 4;
/** Words that are said more often do not tell where a passage is. */
const MAX_OCCURRENCES = 200;

/** So many words are enough to find where a long quotation begins. */
const MAX_PROBE = 80;

type Stretch = { first: number; last: number; shared: number };

/** The stretch around a word of the index that has the most words of the quotation in common. */
const compareAt = (index: WordIndex, words: readonly string[], from: number): Stretch => {
  const start = Math.max(0, from - SLACK);
  const there = index.words.slice(start, from + words.length + SLACK);
  const pairs = longestCommon(words, there);
  const places = pairs.map(([, place]) => start + place);
  return {
    first: places[0] ?? start,
    last: places.at(-1) ?? start,
    shared: pairs.length / words.length,
  };
};

/** Where the quotation would begin, by each occurrence of its rarest words. */
const candidates = (index: WordIndex, words: readonly string[]): number[] => {
  const placed = words.map((word, offset) => ({ offset, places: index.places.get(word) ?? [] }));
  const telling = placed
    .filter(({ places }) => places.length > 0 && places.length <= MAX_OCCURRENCES)
    .toSorted((a, b) => a.places.length - b.places.length)
    .slice(0, 3);
  const starts = telling.flatMap(({ offset, places }) => places.map((place) => place - offset));
  return [...new Set(starts)].map((start) => Math.max(0, start));
};

/**
 * Prepares a revision for finding quotations of earlier ones in it again. A quotation is found by
 * its words, of which some may have been corrected; of several places the one at the cited moment
 * wins, then the one with the most words in common, then the nearest in time.
 *
 * @param segments of the revision, in order; times in ms
 */
export const createAnchorer = (
  segments: readonly Segment[],
): ((quotation: Quotation) => QuotationAnchor) => {
  const index = createWordIndex(segments);

  const toPlace = ({ first, last }: Stretch) => {
    const [from, to] = [index.at(first), index.at(last)];
    const [start, end] = [segments[from.segment], segments[to.segment]];
    if (!start || !end) throw new RangeError(`no segment holds word ${first} to ${last}`);
    const sameSegment = from.segment === to.segment;
    return {
      firstSegment: from.segment,
      lastSegment: to.segment,
      startMs: momentOfWords(start, from.from, sameSegment ? to.to : start.text.length).startMs,
      endMs: momentOfWords(end, sameSegment ? from.from : 0, to.to).endMs,
    };
  };

  /** The best of the places where the quotation may begin. */
  const choose = (quotation: Quotation, words: readonly string[], starts: readonly number[]) => {
    const probe = words.slice(0, MAX_PROBE);
    const [best] = starts
      .map((start) => ({ start, ...compareAt(index, probe, start) }))
      .filter(({ shared }) => shared >= SHARED_WORDS)
      .map((stretch) => ({ ...stretch, ...closeness(quotation, toPlace(stretch)) }))
      .toSorted(
        (a, b) => Number(b.here) - Number(a.here) || b.shared - a.shared || a.distance - b.distance,
      );
    return best && { here: best.here, ...toPlace(compareAt(index, words, best.start)) };
  };

  return (quotation) => {
    const words = placeWords(quotation.quote).map(({ word }) => word);
    const nearby = index.wordsBetween(quotation.startMs, quotation.endMs, SLACK);
    const near = choose(quotation, words, nearby);
    const found = near?.here ? near : (choose(quotation, words, candidates(index, words)) ?? near);
    if (!found) return { status: 'lost' };
    const { here, ...place } = found;
    return { status: here ? 'anchored' : 'moved', ...place };
  };
};

/** Whether a place is the moment that was cited, and how far from it (in ms, or in segments). */
const closeness = (
  cited: Quotation,
  place: { firstSegment: number; startMs: number | null; endMs: number | null },
): { here: boolean; distance: number } => {
  if (cited.startMs === null || place.startMs === null) {
    const distance = Math.abs(place.firstSegment - cited.firstSegment);
    return { here: distance === 0, distance };
  }
  const overlaps =
    place.startMs <= (cited.endMs ?? cited.startMs) &&
    (place.endMs ?? place.startMs) >= cited.startMs;
  return { here: overlaps, distance: Math.abs(place.startMs - cited.startMs) };
};
