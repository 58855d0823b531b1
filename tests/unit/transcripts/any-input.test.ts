import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { TranscriptFormat } from '../../../src/schemas/receipts.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';

const FORMATS: (TranscriptFormat | undefined)[] = [
  undefined,
  'srt',
  'vtt',
  'whisper',
  'text',
  'segments',
];

/** Either segments come out, or an error that names a line of the input. */
const readsOrNamesLine = (input: string | Uint8Array): void => {
  for (const format of FORMATS) {
    try {
      const { segments } = readTranscript(input, format);
      expect(segments.length).toBeGreaterThan(0);
      for (const { startMs, endMs, text } of segments) {
        expect(text.trim()).not.toBe('');
        expect((endMs ?? 0) >= (startMs ?? 0)).toBe(true);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.code).toBe('unreadable_transcript');
      expect(error.errors?.[0]?.line).toBeGreaterThan(0);
    }
  }
};

// Pieces of all formats, so that the readers get further than their first line.
const pieces = fc.constantFrom(
  '1\n',
  '2\n',
  '00:00:01,000 --> 00:00:02,000\n',
  '00:01.000 --> 00:00.500\n',
  '00:99 --> x\n',
  'WEBVTT\n\n',
  'NOTE\n',
  'STYLE\n',
  '<v Ada>',
  '</v>',
  '<00:00:01.040>',
  '&#10;',
  '&amp;',
  '[0:01] ',
  '12:30 ',
  'Ada: ',
  '-->',
  '<',
  '{\\an8}',
  '\n',
  '\n\n',
  ' ',
  '\r',
  'text',
  '{"segments":[',
  '{"start":1,"end":2,"text":"a"}',
  '{"start":0,"end":2e9,"text":"\\u0000","words":[{}]}',
  ',',
  ']}',
  '{"format":"parley","version":1,',
  '"segments":[{}]}',
  '\uD83D',
  '\0',
);

describe('anything that is sent', () => {
  it('gives segments or an error with a line: any string', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), readsOrNamesLine));
  });

  it('gives segments or an error with a line: any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readsOrNamesLine));
  });

  it('gives segments or an error with a line: bytes behind a byte order mark', () => {
    const marks = fc.constantFrom([0xff, 0xfe], [0xfe, 0xff], [0xef, 0xbb, 0xbf]);
    fc.assert(
      fc.property(marks, fc.uint8Array({ maxLength: 100 }), (mark, rest) =>
        readsOrNamesLine(Buffer.concat([Buffer.from(mark), rest])),
      ),
    );
  });

  it('gives segments or an error with a line: pieces of all formats', () => {
    const files = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(fc.property(files, readsOrNamesLine), { numRuns: 1_000 });
  });

  it('gives segments or an error with a line: JSON of any shape', () => {
    const times = fc.oneof(fc.double(), fc.constantFrom(0, 1, 2, '1', null));
    const member = fc.record({
      start: times,
      end: times,
      text: fc.string(),
      words: fc.jsonValue(),
    });
    const documents = fc.oneof(
      fc.jsonValue(),
      fc.record({ segments: fc.jsonValue() }),
      fc.record({ segments: fc.array(member), words: fc.jsonValue(), language: fc.jsonValue() }),
    );
    fc.assert(fc.property(documents, (value) => readsOrNamesLine(JSON.stringify(value, null, 1))));
  });
});
