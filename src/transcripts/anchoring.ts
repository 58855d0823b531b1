import type { Segment } from '../schemas/segments.ts';
import { momentOfWords } from './moment-of-words.ts';
import { placeWords } from './place-words.ts';
import { closeness, isSameMoment } from './quotation-moment.ts';
import { candidates, compareAt, isFound, type Stretch } from './quotation-stretches.ts';
import { createWordIndex } from './word-index.ts';

/** A quotation as it was cited: its words, and where they were in the cited revision. */
export type Quotation = {
  quote: string;
  startMs: number | null;
  endMs: number | null;
  firstSegment: number;
};

/**
 * Where a quotation stands in another revision. `anchored`: at the moment that was cited, to 2 s;
 * `moved`: at another one; `lost`: nowhere. Positions are indices of segments, both ends included.
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

type Place = Exclude<QuotationAnchor, { status: 'lost' }>;

/** So many words are enough to find where a long quotation begins. */
const MAX_PROBE = 80;

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

  const toPlace = (cited: Quotation, { first, last }: Stretch): Place => {
    const [from, to] = [index.at(first), index.at(last)];
    const [start, end] = [segments[from.segment], segments[to.segment]];
    if (!start || !end) throw new RangeError(`no segment holds word ${first} to ${last}`);
    const sameSegment = from.segment === to.segment;
    const { startMs } = momentOfWords(start, from.from, sameSegment ? to.to : start.text.length);
    const { endMs } = momentOfWords(end, sameSegment ? from.from : 0, to.to);
    const place = { firstSegment: from.segment, lastSegment: to.segment, startMs, endMs };
    // Within a segment without word times nobody knows when its words were said.
    const earliest = start.words?.length || first === index.firstOf(from.segment) ? startMs : null;
    const status = isSameMoment(cited, place, earliest, start.startMs) ? 'anchored' : 'moved';
    return { status, ...place };
  };

  /** The best of the places where the quotation may begin. */
  const choose = (cited: Quotation, words: readonly string[], starts: readonly number[]) => {
    const probe = words.slice(0, MAX_PROBE);
    const [best] = starts
      .map((start) => ({ start, stretch: compareAt(index, probe, start) }))
      .map(({ start, stretch }) => ({ start, stretch, place: toPlace(cited, stretch) }))
      .map((found) => ({ ...found, ...closeness(cited, found.place) }))
      .filter(({ stretch, here }) => isFound(stretch, probe.length, here))
      .toSorted(
        (a, b) =>
          Number(b.here) - Number(a.here) ||
          b.stretch.shared - a.stretch.shared ||
          a.distance - b.distance,
      );
    return best && { here: best.here, place: toPlace(cited, compareAt(index, words, best.start)) };
  };

  return (cited) => {
    const words = placeWords(cited.quote).map(({ word }) => word);
    if (words.length === 0) return findSigns(segments, cited);
    const near = choose(cited, words, index.wordsBetween(cited.startMs, cited.endMs));
    const found = near?.here ? near : (choose(cited, words, candidates(index, words)) ?? near);
    return found?.place ?? { status: 'lost' };
  };
};

/** A quotation of signs alone, such as `♪`, is only looked for where it was. */
const findSigns = (segments: readonly Segment[], cited: Quotation): QuotationAnchor => {
  const at = segments.findIndex(
    ({ text, startMs, endMs }, firstSegment) =>
      text.includes(cited.quote.trim()) && closeness(cited, { firstSegment, startMs, endMs }).here,
  );
  const segment = segments[at];
  if (!segment) return { status: 'lost' };
  const { startMs, endMs } = segment;
  return { status: 'anchored', firstSegment: at, lastSegment: at, startMs, endMs };
};
