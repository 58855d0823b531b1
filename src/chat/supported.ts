import type { Marker } from './markers.ts';
import { CITED, followSentences, LONGEST_SENTENCE } from './sentence-ends.ts';

/** A list's marker, a heading's, or a quotation's. */
const ITEM = /^\s*(?:(?:[-*+•–>]|#{1,6}|\d{1,3}[.)])[ \t]+)+/;

/** A line that promises what follows and claims nothing: a heading, or one that ends with a colon. */
const HEADING = /^\s*(?:#{1,6}[ \t].*|\*\*[^*]+\*\*:?|[^\n]{1,200}:)\s*$/u;

/**
 * Leaves out sentences that cite nothing, as they are being written. A heading is kept as long as
 * something under it is, and so is a list's marker.
 *
 * @param isKnown whether an id is one that was given; another one supports nothing
 */
export async function* keepSupported(
  parts: AsyncIterable<string | Marker>,
  isKnown: (marker: Marker) => boolean,
): AsyncGenerator<string | Marker, void> {
  const markers: Marker[] = [];
  let firstEnd = followSentences();
  let text = '';
  /** What goes in front of the next sentence that is kept: headings, a list's marker, line ends. */
  let lead = '';
  /** Whether something of this line was kept, and whether something under `lead` was left out. */
  let lineKept = false;
  let leftOut = false;

  for await (const part of parts) {
    if (typeof part !== 'string') markers.push(part);
    text += typeof part === 'string' ? part : CITED;
    for (let end = firstEnd(text); end !== undefined; end = firstEnd(text)) {
      yield* pass(text.slice(0, end));
      text = text.slice(end);
    }
    if (text.length > LONGEST_SENTENCE) {
      yield* pass(text);
      text = '';
      firstEnd = followSentences();
    }
  }
  yield* pass(text);

  function* pass(sentence: string): Generator<string | Marker> {
    const cited = markers.splice(0, sentence.split(CITED).length - 1);
    if (cited.some(isKnown)) yield* keep(sentence, cited);
    else {
      // These cite nothing, and are counted.
      yield* cited;
      leaveOut(sentence.replaceAll(CITED, ''));
    }
  }

  function* keep(sentence: string, cited: readonly Marker[]): Generator<string | Marker> {
    for (const [index, stretch] of (lead + sentence).split(CITED).entries()) {
      const marker = cited[index - 1];
      if (marker) yield marker;
      yield stretch;
    }
    lead = '';
    leftOut = false;
    lineKept = !sentence.endsWith('\n');
  }

  function leaveOut(sentence: string): void {
    const [lineEnd = ''] = /\n\s*$/.exec(sentence) ?? [];
    if (HEADING.test(sentence)) {
      // Nothing was kept under the heading before it.
      if (leftOut) [lead = ''] = /^\s*/.exec(lead) ?? [];
      lead += sentence;
      leftOut = false;
    } else {
      leftOut ||= sentence.trim() !== '';
      if (lineKept) lead += lineEnd;
      else if (lineEnd === '') lead += ITEM.exec(sentence)?.[0] ?? '';
      // The line is gone, and its marker with it.
      else lead = lead.replace(/[^\n]*$/, '');
    }
    if (lineEnd !== '') lineKept = false;
  }
}
