import type { CitationWithMoment } from '../repositories/citations.ts';
import { claimBefore } from './claims.ts';
import { closeGaps } from './close-gaps.ts';
import { type Marker, readMarkers } from './markers.ts';
import { passageText } from './moments.ts';
import type { CitablePassage } from './passages.ts';
import { keepSupported } from './supported.ts';
import { toCitation } from './to-citation.ts';

export type CitingEvent =
  | { type: 'delta'; text: string }
  | { type: 'citation'; citation: CitationWithMoment };

/** The whole answer, as its deltas spell it. */
export type CitedAnswer = {
  content: string;
  citations: CitationWithMoment[];
  /** How many ids in it nobody had given. */
  unknownCitations: number;
  /** How many came after the last one that an answer may have. */
  surplusCitations: number;
};

/** Nobody follows more; a model that repeats itself writes thousands. */
export const MOST_CITATIONS = 500;

/**
 * Turns an answerer's ids into numbered citations while the answer is being written. An id that
 * belongs to no passage is dropped and counted, and so are those behind {@link MOST_CITATIONS}.
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
  const answer: CitedAnswer = {
    ...{ content: '', citations: [], unknownCitations: 0, surplusCitations: 0 },
  };
  let claimsFrom = 0;

  const all = closeGaps(readMarkers(pieces, passages), supports);
  const parts = unsupported === undefined ? all : keepSupported(all, supports);
  for await (const part of parts) {
    yield* typeof part === 'string' ? write(part) : writeCitation(part);
  }
  if (unsupported !== undefined && answer.citations.length === 0) yield* write(unsupported);
  return answer;

  /** A sentence whose only id would be dropped is not supported either. */
  function supports({ id }: Marker): boolean {
    return byId.has(id) && answer.citations.length < MOST_CITATIONS;
  }

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
    if (answer.citations.length === MOST_CITATIONS) {
      answer.surplusCitations += 1;
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
