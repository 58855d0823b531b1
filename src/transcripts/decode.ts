import { Buffer, isUtf8 } from 'node:buffer';
import { findUnstorable } from '../storable.ts';
import { normaliseLongText, normaliseNewlines } from './newlines.ts';
import type { Steps } from './steps.ts';
import { lineAt, unreadableLine } from './unreadable.ts';

const SUPPORTED = 'UTF-8, or UTF-16 with a byte order mark, is expected';

const CONTAINERS = [
  { magic: '%PDF-', name: 'a PDF file' },
  { magic: 'PK\u0003\u0004', name: 'a ZIP archive (or a DOCX, ODT or EPUB file)' },
];

/** The number of the last line, whatever its newlines are. */
const lastLine = (text: string): number => lineAt(normaliseNewlines(text), text.length);

/** Backs up from a UTF-8 continuation byte to the byte its character starts with. */
const characterStart = (bytes: Uint8Array, offset: number): number => {
  let at = offset;
  while (offset - at < 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
};

/** The offset of the first character that is not UTF-8; halving keeps the search linear. */
const invalidUtf8At = (bytes: Uint8Array): number => {
  let start = 0;
  let end = bytes.length;
  while (end - start > 8) {
    const middle = characterStart(bytes, (start + end) >>> 1);
    if (isUtf8(bytes.subarray(start, middle))) start = middle;
    else end = middle;
  }
  while (end > start && !isUtf8(bytes.subarray(start, end))) end -= 1;
  return end;
};

const decodeUtf8 = (bytes: Uint8Array): string => {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const before = new TextDecoder('latin1').decode(bytes.subarray(0, invalidUtf8At(bytes)));
  throw unreadableLine(lastLine(before), `this is not valid UTF-8; ${SUPPORTED}`);
};

const decodeUtf16 = (bytes: Uint8Array, bigEndian: boolean): string => {
  const whole = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
  // Unlike TextDecoder, Buffer keeps a lone surrogate as it is, which is how it can be located.
  const text = (bigEndian ? whole.swap16() : whole).toString('utf16le');
  if (bytes.length % 2 === 0) return text;
  throw unreadableLine(lastLine(text), 'this UTF-16 ends inside a character');
};

const decodeAny = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, false);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, true);
  return decodeUtf8(bytes);
};

/**
 * Checks decoded text and normalises CRLF and lone CR to LF, without a leading byte order mark.
 *
 * @throws AppError `unreadable_transcript`, with the line, for NUL characters, lone surrogates, and
 * containers such as PDF and ZIP.
 */
export function* normaliseText(text: string): Steps<string> {
  const container = CONTAINERS.find(({ magic }) => text.startsWith(magic));
  if (container) throw unreadableLine(1, `this is ${container.name}, and not a transcript`);
  const unmarked = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const unstorable = findUnstorable(unmarked);
  yield;
  if (!unstorable) return yield* normaliseLongText(unmarked);
  const line = lastLine(unmarked.slice(0, unstorable.offset));
  throw unreadableLine(line, `${unstorable.message}; ${SUPPORTED}`);
}

/**
 * Decodes UTF-8 with or without a byte order mark, and UTF-16 with one; newlines become LF.
 *
 * @throws AppError `unreadable_transcript`, with the line, for any other encoding and for binaries.
 */
export function* decodeText(bytes: Uint8Array): Steps<string> {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 5));
  if (CONTAINERS.some(({ magic }) => head.startsWith(magic))) return yield* normaliseText(head);
  const text = decodeAny(bytes);
  yield;
  return yield* normaliseText(text);
}
