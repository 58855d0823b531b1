import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { chunkSegments } from '../../../src/transcripts/chunking.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { cpuMs } from '../../helpers/cpu-time.ts';
import { talk } from './factories.ts';
import { createReceipt } from './readers.ts';

const MIB = 1024 * 1024;
const SRT = '1\n00:00:00,000 --> 00:00:01,000\n';
const VTT = 'WEBVTT\n\n00:00.000 --> 00:01.000\n';

// Each took quadratic time, or all memory, in some reader of captions; a start and what repeats.
const FILES: [string, string][] = [
  ['', '\n'],
  ['', '\r'],
  ['', ' '],
  ['', ' \n'],
  ['', 'a'],
  ['', 'a\n'],
  ['', 'a\n\n'],
  ['', '1:'],
  ['', '[00:01] a\n'],
  ['', 'Alice '],
  ['', '['],
  ['{"segments":', '['],
  ['{"a":', '['],
  ['{"a":[', '[],'],
  ['{"a":{', '"b":{},'],
  ['{"a":"', '\\'],
  ['{"events":[', '{},'],
  ['{"events":[', '{"segs":[]},'],
  ['{"events":[{"tStartMs":0,"segs":[', '{"utf8":" "},'],
  ['{"events":[', '{"tStartMs":1,"segs":[{"utf8":"a"}]},'],
  ['{"words":[', '{"text":"a","start":1,"end":1},'],
  ['{"results":{"channels":[', '{"alternatives":[{"words":[]}]},'],
  ['{"transcription":[{"offsets":{"from":0,"to":1},"tokens":[', '{"text":"a"},'],
  ['<', '!'],
  ['', '<!'],
  ['', '<!---->'],
  ['<?xml?>', '<'],
  ['<tt>', '<a>'],
  ['<tt>', '<p/>'],
  ['<tt ', 'a="" '],
  ['<tt a="', '&amp;'],
  ['<tt>', '&amp;'],
  ['<tt><body><p>', '<br/>'],
  ['<tt><body><p>', '<span/> '],
  ['<tt><head><agent xml:id="a">', '<name>a</name>'],
  ['<tt><!--', '- '],
  ['<tt><![CDATA[', ']] '],
  ['<!DOCTYPE tt [', '<!ENTITY a "b">'],
  ['<transcript>', '<text start="0">&amp;amp;</text>'],
  ['<transcript><text start="0">', '&amp;lt;font '],
  ['<timedtext><body>', '<p t="0">\u200B</p>'],
  ['<timedtext><body><p t="0">', '<s t="1">a</s>'],
  ['<timedtext><body>', '<p t="0">a</p>'],
  ['{"segments":[', '{},'],
  ['', '00:00:00,000 --> 00:00:01,000\n'],
  [SRT, '2\n'],
  [SRT, '-->\n'],
  [SRT, '<'],
  [SRT, '<b '],
  [SRT, '{\\'],
  [`${SRT}<`, '1:'],
  [SRT, 'A: b\n'],
  [VTT, '<v '],
  [`${VTT}<v`, ' '],
  [`${VTT}<v`, '.a'],
  [VTT, '<v a>b'],
  [VTT, '&amp;'],
  [VTT, '&#1'],
  ['WEBVTT\n', 'a\n'],
  [`${VTT}<`, '1:'],
  [VTT, '<00:00.500>a'],
  [VTT, '<00:00.500>a '],
  ['WEBVTT\n\n', `00:00.000 --> 00:01.000\n${'again '.repeat(150)}b\n\n`],
  ['WEBVTT\n\n', `00:00.000 --> 00:01.000\n${'again back again gone '.repeat(50)}\n\n`],
  ['', `00:00:00,000 --> 00:00:01,000\n${'again back again gone '.repeat(50)}\n\n`],
];

const read = (input: Uint8Array): void => {
  try {
    createReceipt(readTranscript(input));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('unreadable_transcript');
  }
};

describe('hostile input', () => {
  it.each(FILES)('is read in linear time: %j and then 8 MiB of %j', async (head, unit) => {
    const input = Buffer.from(head + unit.repeat((8 * MIB) / unit.length));
    // It is under 1.5 s; a quadratic reader would take minutes.
    expect(await cpuMs(() => read(input))).toBeLessThan(5_000);
  });

  it.each(['a', 'a ', '. ', '我', '😀', ' ', '—', 'ก'])(
    'is cut into chunks: 2 MiB of %j',
    async (unit) => {
      const text = unit.repeat((2 * MIB) / Buffer.byteLength(unit));
      const segments = talk(1, 1).map((one) => ({ ...one, text }));
      let count = 0;
      const took = await cpuMs(() => {
        count = [...chunkSegments(segments)].length;
      });
      expect(count).toBeGreaterThan(100);
      expect(took).toBeLessThan(4_000);
    },
  );

  it('does not slow down the tokenizer: 200,000 different letters without a space', async () => {
    let state = 1;
    const letters = Array.from({ length: 200_000 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return String.fromCharCode(97 + (state % 26));
    });
    const segments = talk(1, 1).map((one) => ({ ...one, text: letters.join('') }));
    let count = 0;
    const took = await cpuMs(() => {
      count = [...chunkSegments(segments)].length;
    });
    expect(count).toBeGreaterThan(10);
    expect(took).toBeLessThan(4_000);
  });
});
