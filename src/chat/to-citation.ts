import type { CitationWithMoment } from '../repositories/citations.ts';
import { placeWords } from '../transcripts/place-words.ts';
import type { Stretch } from './markers.ts';
import { locateMoment, passageText } from './moments.ts';
import type { CitablePassage } from './passages.ts';
import { quotedParts } from './quotation-marks.ts';
import { type FoundQuote, findQuote, nearestText } from './quotes.ts';

/**
 * A citation of a passage: what of it is quoted, who said it and when.
 *
 * @param content the answer so far
 * @param span of the claim in the content
 * @param stretch of the passage that the answerer named
 */
export function toCitation(
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
