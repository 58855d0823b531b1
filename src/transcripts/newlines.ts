import { Buffer } from 'node:buffer';
import type { Steps } from './steps.ts';

const LF = 10;
const CR = 13;

/**
 * CRLF and lone CR become LF. On bytes, as a regular expression needs ten seconds for 64 MiB of CR.
 *
 * @param text Well-formed text; half of a surrogate pair would not survive.
 */
export const normaliseNewlines = (text: string): string => {
  if (!text.includes('\r')) return text;
  const bytes = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === CR && bytes[at + 1] === LF) continue;
    bytes[length] = byte === CR ? LF : byte;
    length += 1;
  }
  return bytes.toString('utf8', 0, length);
};

/** What is done in a step, in UTF-16 units. */
const STEP = 1_048_576;

/** The same for a text that may be long. */
export function* normaliseLongText(text: string): Steps<string> {
  if (!text.includes('\r')) return text;
  const parts: string[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    // Neither CRLF nor a character is cut in two: behind a LF there is half of nothing.
    const border = text.indexOf('\n', from + STEP);
    to = border === -1 ? text.length : border + 1;
    parts.push(normaliseNewlines(text.slice(from, to)));
    yield;
  }
  return parts.join('');
}
