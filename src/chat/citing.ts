import type { CitationWithMoment } from '../repositories/citations.ts';
import { claimBefore } from './claims.ts';
import { locateMoment, passageText } from './moments.ts';
import type { CitablePassage } from './passages.ts';
import { type FoundQuote, findQuote, nearestText, quotedParts } from './quotes.ts';

export type CitingEvent =
  | { type: 'delta'; text: string }
  | { type: 'citation'; citation: CitationWithMoment };

/** Offsets in the text of a passage, `to` excluded. */
type Stretch = { from: number; to: number };

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
 * @returns by `return`, the answer as a whole
 */
export async function* cite(
  pieces: AsyncIterable<string>,
  passages: readonly CitablePassage[],
): AsyncGenerator<CitingEvent, CitedAnswer> {
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const { marker, beginning } = markersOf(passages);
  const answer: CitedAnswer = { content: '', citations: [], unknownCitations: 0 };
  let claimsFrom = 0;

  function* write(text: string): Generator<CitingEvent> {
    if (text === '') return;
    answer.content += text;
    yield { type: 'delta', text };
  }

  function* writeCitation(id: string, stretch?: Stretch): Generator<CitingEvent> {
    const passage = byId.get(id);
    if (!passage || passage.segments.length === 0) {
      answer.unknownCitations += 1;
      return;
    }
    const number = answer.citations.length + 1;
    const claim = claimBefore(answer.content, claimsFrom);
    const previous = answer.citations.at(-1);
    // A second id right behind the first one supports the same claim.
    const span = claim ?? { start: previous?.answerStart ?? 0, end: previous?.answerEnd ?? 0 };
    const citation = toCitation(passage, number, answer.content, span, stretch);
    yield* write(`[${number}]`);
    claimsFrom = answer.content.length;
    answer.citations.push(citation);
    yield { type: 'citation', citation };
  }

  let pending = '';
  for await (const piece of pieces) {
    pending += piece;
    for (;;) {
      const bracket = pending.indexOf('[');
      yield* write(bracket < 0 ? pending : pending.slice(0, bracket));
      pending = bracket < 0 ? '' : pending.slice(bracket);
      const [whole, id, from, to] = marker.exec(pending) ?? [];
      if (whole && id) {
        yield* writeCitation(id, from && to ? { from: Number(from), to: Number(to) } : undefined);
        pending = pending.slice(whole.length);
      } else if (pending === '' || beginning.test(pending)) {
        break;
      } else {
        yield* write('[');
        pending = pending.slice(1);
      }
    }
  }
  yield* write(pending);
  return answer;
}

/** An id in brackets, and what may yet become one when more text comes. */
function markersOf(passages: readonly CitablePassage[]): { marker: RegExp; beginning: RegExp } {
  // All ids begin with the same run of `s`.
  const { length } = passages[0]?.id.replace(/\d+$/, '') ?? 's';
  return {
    marker: new RegExp(`^\\[(s{${length}}\\d{1,4})(?::(\\d{1,6})-(\\d{1,6}))?\\]`),
    beginning: new RegExp(`^\\[(s{0,${length}}|s{${length}}\\d{1,4}(:\\d{0,6}(-\\d{0,6})?)?)$`),
  };
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
    quoteMatch: best?.match ?? (quotes.length > 0 ? 'none' : 'exact'),
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

function nearestSegment({ segments }: CitablePassage, claim: string) {
  const texts = segments.map((segment) => segment.text);
  const index = nearestText(texts, claim);
  const from = texts.slice(0, index).reduce((length, text) => length + text.length + 1, 0);
  return { from, to: from + (texts[index]?.length ?? 0) };
}
