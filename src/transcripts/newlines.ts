import { Buffer } from 'node:buffer';

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
