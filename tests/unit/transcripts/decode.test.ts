import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { decodeText, normaliseText } from './readers.ts';
import { locationOf } from './unreadable.ts';

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe('decoding a transcript', () => {
  it('reads UTF-8 with and without a byte order mark', () => {
    expect(decodeText(bytes('Gödel'))).toBe('Gödel');
    expect(decodeText(bytes('\uFEFFGödel'))).toBe('Gödel');
  });

  it('reads UTF-16 of either byte order with a byte order mark', () => {
    expect(decodeText(Buffer.from('\uFEFFترجمه 😀', 'utf16le'))).toBe('ترجمه 😀');
    expect(decodeText(utf16be('\uFEFFترجمه 😀'))).toBe('ترجمه 😀');
  });

  it('makes LF of CRLF and of a lone CR', () => {
    expect(decodeText(bytes('a\r\nb\rc\n\r\nd é\r'))).toBe('a\nb\nc\n\nd é\n');
  });

  it('names the line of bytes that are not UTF-8', () => {
    const location = locationOf(() => decodeText(bytes('one\ntwo é\nthr', [0xe9], 'e\nfour')));
    expect(location.line).toBe(3);
    expect(location.message).toContain('not valid UTF-8');
  });

  it('counts CRLF and CR as one line each where it names a line', () => {
    expect(locationOf(() => decodeText(bytes('one\r\ntwo\rthree ', [0xff]))).line).toBe(3);
    expect(locationOf(() => normaliseText('one\r\ntwo\rthree \0')).line).toBe(3);
  });

  it('finds the first wrong byte wherever it is, also right behind a newline', () => {
    for (let line = 1; line <= 40; line += 1) {
      const input = bytes('äö\n'.repeat(line - 1), [0x80], 'ä\n'.repeat(30));
      expect(locationOf(() => decodeText(input)).line).toBe(line);
    }
  });

  it('refuses UTF-8 that ends inside a character', () => {
    expect(locationOf(() => decodeText(bytes('a\n', [0xe2, 0x82]))).line).toBe(2);
  });

  it('refuses NUL characters, and so UTF-16 without a byte order mark', () => {
    const location = locationOf(() => decodeText(Buffer.from('Hello', 'utf16le')));
    expect(location).toMatchObject({ path: 'text', line: 1 });
    expect(location.message).toContain('NUL');
  });

  it('refuses half of a surrogate pair, in bytes and in strings', () => {
    const input = Buffer.from('\uFEFFok\n\uD83D!', 'utf16le');
    expect(locationOf(() => decodeText(input)).line).toBe(2);
    expect(locationOf(() => normaliseText('ok\n\n\uDE00')).line).toBe(3);
  });

  it('refuses UTF-16 that ends inside a character', () => {
    const input = Buffer.concat([Buffer.from('\uFEFFa\nb', 'utf16le'), Buffer.from([0x20])]);
    expect(locationOf(() => decodeText(input)).message).toContain('ends inside a character');
  });

  it('says that a PDF or a ZIP archive is none of its business', () => {
    const pdf = bytes('%PDF-1.7\n', [0xe2, 0xe3]);
    const zip = bytes('PK\u0003\u0004', [0, 0, 0xff]);
    expect(locationOf(() => decodeText(pdf)).message).toContain('a PDF file');
    expect(locationOf(() => decodeText(zip)).message).toContain('a ZIP archive');
  });
});
