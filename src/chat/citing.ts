import type { CitationWithMoment } from '../repositories/citations.ts';
import { placeWords } from '../transcripts/place-words.ts';
import { claimBefore } from './claims.ts';
import { closeGaps } from './close-gaps.ts';
import { type Marker, readMarkers, type Stretch } from './markers.ts';
import { locateMoment, passageText } from './moments.ts';
import type { CitablePassage } from './passages.ts';
import { quotedParts } from './quotation-marks.ts';
import { type FoundQuote, findQuote, nearestText } from './quotes.ts';
import { keepSupported } from './supported.ts';

export type CitingEvent =
  | { type: 'delta'; text: string }
  | { type: 'citation'; citation: CitationWithMoment };

/** The whole answer, as its deltas spell it, and how many ids in it nobody had given. */
export type CitedAnswer = {
  content: string;
  citations: CitationWithMoment[];
  unknownCitations: number;
};

/**
 * Turns an answerer's ids into numbered citations while the answer is being written. An id that
 * belongs to no passage is dropped and counted.
 *
 * @param pieces the answer as it comes; a piece may end in the middle of an id
 * @param unsupported leaves out sentences that cite nothing, and is what the answer says where none
 *   is left; unless it is given, they stay
 * @returns by `return`, the answer as a whole
 */
export async function* cite(
  pieces: AsyncIterable<string>,
  passages: readonly CitablePassage[],
  unsupported?: string,
): AsyncGenerator<CitingEvent, CitedAnswer> {
  const citable = passages.filter(({ segments }) => segments.length > 0);
  const byId = new Map(citable.map((passage) => [passage.id, passage]));
  const answer: CitedAnswer = { content: '', citations: [], unknownCitations: 0 };
  let claimsFrom = 0;

  const isKnown = ({ id }: Marker) => byId.has(id);
  const all = closeGaps(readMarkers(pieces, passages), isKnown);
  const parts = unsupported === undefined ? all : keepSupported(all, isKnown);
  for await (const part of parts) {
    yield* typeof part === 'string' ? write(part) : writeCitation(part);
  }
  if (unsupported !== undefined && answer.citations.length === 0) yield* write(unsupported);
  return answer;

  function* write(text: string): Generator<CitingEvent> {
    if (text === '') return;
    answer.content += text;
    yield { type: 'delta', text };
  }

  function* writeCitation({ id, stretch }: Marker): Generator<CitingEvent> {
    const passage = byId.get(id);
    if (!passage) {
      answer.unknownCitations += 1;
      return;
    }
    const number = answer.citations.length + 1;
    const quote = stretch && passageText(passage).slice(stretch.from, stretch.to);
    const holding = quote ? answer.content.lastIndexOf(quote) : -1;
    const claim = claimBefore(answer.content, claimsFrom, holding < 0 ? undefined : holding);
    const previous = answer.citations.at(-1);
    const here = answer.content.length;
    // A second id right behind the first one supports the same claim.
    const span = claim ?? {
      start: previous?.answerStart ?? here,
      end: previous?.answerEnd ?? here,
    };
    const citation = toCitation(passage, number, answer.content, span, stretch);
    yield* write(`[${number}]`);
    claimsFrom = answer.content.length;
    answer.citations.push(citation);
    yield { type: 'citation', citation };
  }
}

function toCitation(
  passage: CitablePassage,
  number: number,
  content: string,
  span: { start: number; end: number },
  stretch: Stretch | undefined,
): CitationWithMoment {
  const text = passageText(passage);
  const claim = content.slice(span.start, span.end);
  const quotes = quotedParts(claim);
  const best = checkStretch(text, claim, stretch) ?? findLongest(text, quotes);
  // Without a quote of the answer's own, the segment that is nearest to the claim is quoted.
  const { from, to } = best ?? nearestSegment(passage, claim);
  const { segments, ...moment } = locateMoment(passage, from, to);
  return {
    number,
    transcriptId: passage.transcriptId,
    revision: passage.revision,
    firstSegment: segments[0],
    lastSegment: segments[1],
    ...moment,
    quote: text.slice(from, to),
    quoteMatch: matchOf(text, quotes, best),
    answerStart: span.start,
    answerEnd: span.end,
    youtubeVideoId: passage.youtubeVideoId,
    duration: passage.duration,
    anchor: null,
  };
}

/** The stretch that an answerer named, where it is one and the claim does quote it. */
function checkStretch(text: string, claim: string, stretch: Stretch | undefined) {
  const quote = stretch && text.slice(stretch.from, stretch.to);
  if (!stretch || !quote || !claim.includes(quote)) return undefined;
  return { from: stretch.from, to: stretch.from + quote.length, match: 'exact' as const };
}

/** Of what the claim quotes, the longest that was said; word for word before roughly. */
function findLongest(text: string, quotes: readonly string[]): FoundQuote | undefined {
  const found = quotes.flatMap((quote) => findQuote(text, quote) ?? []);
  const exact = found.filter(({ match }) => match === 'exact');
  return (exact.length > 0 ? exact : found).toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
}

/** A quote as short as this may be a name, or a word that the answer only distances itself from. */
const SHORT_QUOTE = 3;

/** How well the claim's quotes are those of the text: one that was never said makes it `none`. */
function matchOf(
  text: string,
  quotes: readonly string[],
  best: FoundQuote | undefined,
): FoundQuote['match'] {
  if (!best) return quotes.length > 0 ? 'none' : 'exact';
  const found = quotes.filter((quote) => findQuote(text, quote));
  const invented = quotes.some(
    (quote) =>
      placeWords(quote).length > SHORT_QUOTE &&
      // A quote within one that was said, and all between the first mark and the last.
      !found.some((other) => other.includes(quote) || quote.includes(other)),
  );
  return invented ? 'none' : best.match;
}

function nearestSegment({ segments }: CitablePassage, claim: string) {
  const texts = segments.map((segment) => segment.text);
  const index = nearestText(texts, claim);
  const from = texts.slice(0, index).reduce((length, text) => length + text.length + 1, 0);
  return { from, to: from + (texts[index]?.length ?? 0) };
}
