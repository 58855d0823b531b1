import type { Citation } from '../schemas/messages.ts';
import { placeWords } from '../transcripts/place-words.ts';

/** Where a quote is in a text: `from` to `to` (excluded), in UTF-16 code units. */
export type FoundQuote = { from: number; to: number; match: Citation['quoteMatch'] };

/**
 * Looks a quote up in the text that it claims to be from: letter for letter, else word for word
 * whatever the case, the spaces and the punctuation.
 *
 * @returns undefined when the text does not say this
 */
export function findQuote(text: string, quote: string): FoundQuote | undefined {
  const trimmed = quote.trim();
  if (trimmed === '') return undefined;
  const at = text.indexOf(trimmed);
  if (at >= 0) return { from: at, to: at + trimmed.length, match: 'exact' };
  const words = placeWords(text);
  const wanted = placeWords(trimmed);
  if (wanted.length === 0) return undefined;
  for (let start = 0; start + wanted.length <= words.length; start++) {
    if (!wanted.every(({ word }, index) => words[start + index]?.word === word)) continue;
    const first = words[start];
    const last = words[start + wanted.length - 1];
    if (first && last) return { from: first.from, to: last.to, match: 'normalized' };
  }
  return undefined;
}

/**
 * The segment of `texts` that shares the most words with a claim; the earliest of equals.
 *
 * @returns its index
 */
export function nearestText(texts: readonly string[], claim: string): number {
  const wanted = new Set(placeWords(claim).map(({ word }) => word));
  let best = { index: 0, shared: -1 };
  for (const [index, text] of texts.entries()) {
    const words = new Set(placeWords(text).map(({ word }) => word));
    const shared = wanted.intersection(words).size;
    if (shared > best.shared) best = { index, shared };
  }
  return best.index;
}
