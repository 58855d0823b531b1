import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { TranscriptFormat } from '../../../src/schemas/receipts.ts';
import { findUnstorable } from '../../../src/storable.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { MAX_MS } from '../../../src/transcripts/limits.ts';

const FORMATS: (TranscriptFormat | undefined)[] = [undefined, ...TranscriptFormat.enum];

const RECOGNISERS: typeof FORMATS = [
  undefined,
  'json3',
  'whisper',
  'whisper_cpp',
  'openai',
  'assemblyai',
  'deepgram',
];

/** Either segments come out, or an error that names a line of the input. */
const readsOrNamesLineAs = (formats: typeof FORMATS, input: string | Uint8Array): void => {
  for (const format of formats) {
    try {
      const { segments } = readTranscript(input, format);
      expect(segments.length).toBeGreaterThan(0);
      for (const { startMs, endMs, text, words } of segments) {
        expect(text.trim()).not.toBe('');
        expect((endMs ?? 0) >= (startMs ?? 0)).toBe(true);
        expect(endMs ?? 0).toBeLessThanOrEqual(MAX_MS);
        expect(findUnstorable(text)).toBeUndefined();
        for (const word of words ?? []) {
          expect(word.text.trim()).not.toBe('');
          expect(findUnstorable(word.text)).toBeUndefined();
          expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
          expect(word.endMs).toBeLessThanOrEqual(MAX_MS);
        }
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.code).toBe('unreadable_transcript');
      expect(error.errors?.[0]?.line).toBeGreaterThan(0);
    }
  }
};

const readsOrNamesLine = (input: string | Uint8Array): void => readsOrNamesLineAs(FORMATS, input);

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

const xmlPieces = fc.constantFrom(
  ...['<?xml version="1.0"?>', '<!DOCTYPE tt [<!ENTITY a "b">]>', '<!--', '-->', '<![CDATA['],
  ...['<transcript>', '<text start="1" dur="2">', '<text start="x">', '</text>', '</transcript>'],
  ...['<timedtext format="3">', '<body>', '<p t="1" d="2">', '<p t="2" a="1">', '<w t="0"/>'],
  ...['<s t="5" ac="9">', '<s>', '</s>', '</p>', '</body>', '</timedtext>', '\u200B', '\u200D'],
  ...['<tt ttp:frameRate="0" ttp:frameRateMultiplier="1 0">', '<div timeContainer="seq">', '</tt>'],
  ...['<p begin="1s" end="9s">', '<span dur="00:00:01:05">', '<p begin="2s" end="1s">', '<br/>'],
  ...['<ttm:agent xml:id="a">', '<p ttm:agent="a" begin="596h">', '</ttm:agent>', '</span>'],
  ...['&amp;', '&amp;#0;', '&#xD800;', '&a;', 'text', '\n', ']]>', '<', '>', '"'],
);

/** Closes the elements that XML leaves open, so that more of it can be read. */
const closing = (xml: string): string => {
  const open: string[] = [];
  for (const [, slash, name = '', empty] of xml.matchAll(/<(\/?)([a-z][\w:]*)[^<>]*?(\/?)>/g)) {
    if (slash) open.pop();
    else if (!empty) open.push(name);
  }
  return open
    .toReversed()
    .map((name) => `</${name}>`)
    .join('');
};

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

  it('gives segments or an error with a line: pieces of XML', () => {
    const roots = fc.constantFrom('<transcript>', '<timedtext><body>', '<tt><body><div>', '');
    const files = fc
      .tuple(roots, fc.array(xmlPieces, { maxLength: 12 }))
      .map(([root, parts]) => root + parts.join('') + closing(root + parts.join('')));
    fc.assert(fc.property(files, readsOrNamesLine), { numRuns: 1_000 });
  });

  it('gives segments or an error with a line: JSON of recognisers', () => {
    const time = fc.oneof(fc.nat({ max: 5 }), fc.constantFrom(1.5, -1, 3e9, '1', null));
    const text = fc.constantFrom('a', ' b', 'c.', '', '\0', '\uD83D', '[_BEG_]', 5, null);
    const keys = ['start', 'end', 'tStartMs', 'tOffsetMs', 'from', 'to', 'p', 'speaker', 'channel'];
    const texts = ['text', 'word', 'utf8', 'transcript'];
    const leaf = fc.record(
      Object.fromEntries([
        ...keys.map((key) => [key, time]),
        ...texts.map((key) => [key, text]),
        ['offsets', fc.record({ from: time, to: time })],
      ]),
      { requiredKeys: [] },
    );
    const items = fc.array(fc.oneof({ weight: 9, arbitrary: leaf }, fc.jsonValue()));
    const item = fc.tuple(leaf, items).map(([one, words]) => ({
      ...one,
      ...{ words, segs: words, tokens: words, aAppend: words.length },
    }));
    const list = fc.array(item, { maxLength: 4 });
    const documents = fc
      .tuple(list, items)
      .map(([one, words]) => [
        { events: one },
        { segments: one, words },
        { transcription: one },
        { utterances: one },
        { words },
        { results: { utterances: one } },
        { results: { channels: [{ alternatives: [{ words }] }, ...one, { alternatives: one }] } },
      ]);
    fc.assert(
      fc.property(documents, (all) => {
        for (const document of all)
          readsOrNamesLineAs(RECOGNISERS, JSON.stringify(document, null, 1));
      }),
      { numRuns: 40 },
    );
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
