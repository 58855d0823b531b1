import { MARK_START, MARK_STOP } from '../repositories/headline.ts';
import type { TextSpan } from '../schemas/search.ts';

const CJK = /^[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+$/;

/**
 * Where the words of a question are in a text.
 *
 * @param headline the text with marks around the words that match, as PostgreSQL made it
 * @param terms Chinese, Japanese and Korean ones are pairs of characters that PostgreSQL's
 *   headline does not know, and are looked for in the text itself
 * @returns spans in order, without overlaps
 */
export function findHighlights(
  text: string,
  headline: string,
  terms: readonly string[],
): TextSpan[] {
  const spans = [...readMarks(text, headline), ...findPairs(text, terms)];
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: TextSpan[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.start <= last.end && span.start > last.start) {
      last.end = Math.max(last.end, span.end);
    } else if (last?.start !== span.start) merged.push({ ...span });
  }
  return merged;
}

/** Walks the text and its marked copy side by side. A mark that the text itself has is no mark. */
function* readMarks(text: string, headline: string): Generator<TextSpan> {
  let start: number | undefined;
  let at = 0;
  for (const character of headline) {
    if (text.startsWith(character, at)) at += character.length;
    else if (character === MARK_START) start = at;
    else if (character === MARK_STOP && start !== undefined) {
      yield { start, end: at };
      start = undefined;
    } else return;
  }
}

function* findPairs(text: string, terms: readonly string[]): Generator<TextSpan> {
  for (const term of terms) {
    if (!CJK.test(term)) continue;
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
      yield { start: at, end: at + term.length };
    }
  }
}
