import type { Steps } from '../transcripts/steps.ts';

/** Quotation marks in a step. */
const QUOTES = 1_000;

/** White space in valid JSON is the space and three characters below it. */
const SPACE = 32;

/**
 * Counts the keys of a JSON text: the strings that a colon follows. What it was parsed to has fewer
 * where an object has the same key twice. Parsers differ on which one counts, so that what one program
 * has checked may not be what the next one reads.
 *
 * @param text valid JSON
 */
export function* countKeysOfText(text: string): Steps<number> {
  let count = 0;
  let seen = 0;
  let isOpen = false;
  for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    if (!isOpen) isOpen = true;
    else if (!isEscaped(text, quote)) {
      isOpen = false;
      if (hasColonBehind(text, quote)) count += 1;
    }
    seen += 1;
    if (seen % QUOTES === 0) yield;
  }
  return count;
}

/** Behind an odd number of backslashes it is part of the string. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text[first - 1] === '\\') first -= 1;
  return (quote - first) % 2 === 1;
}

function hasColonBehind(text: string, quote: number): boolean {
  let next = quote + 1;
  while (text.charCodeAt(next) <= SPACE) next += 1;
  return text[next] === ':';
}
