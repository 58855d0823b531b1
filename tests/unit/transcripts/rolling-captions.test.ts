import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { contentHash } from './readers.ts';
import {
  type Conversion,
  rolledCues,
  rolledSrt,
  rolledVtt,
  type Spoken,
  speak,
} from './rolling.ts';

const CONVERSIONS: Conversion[] = [
  { oneLine: false, holds: true },
  { oneLine: true, holds: true },
  { oneLine: false, holds: false },
  { oneLine: true, holds: false },
];

const TALK = speak(
  'so welcome back to the mill where',
  'we turn the wheel by hand and',
  'okay',
  'okay',
  '[Music]',
  'we turn the wheel by hand and',
  'nobody knows how old it is',
  'no no no no no',
  'no no no no no',
  'not even the miller I would say',
  'so welcome back to the mill where',
);

const texts = (segments: readonly Segment[]) => segments.map(({ text }) => text);
const spokenTexts = (lines: readonly Spoken[][]) =>
  lines.map((line) => line.map(({ text }) => text).join(' '));

/** The segments that a rolled file should become. */
const spokenSegments = (lines: readonly Spoken[][]): Segment[] => {
  const timed = lines.some((line) => line.length > 1);
  return rolledCues(lines).map(({ startMs, endMs, bottom }, index) => ({
    startMs,
    endMs,
    speaker: null,
    text: spokenTexts(lines)[index] ?? '',
    words: timed
      ? bottom.map((word, at) => ({
          ...word,
          endMs: bottom[at + 1]?.startMs ?? endMs,
          confidence: null,
        }))
      : null,
    confidence: null,
  }));
};

/** Puts lines on a clock: each word some 60 to 600 ms after the last, some lines after a pause. */
const onClock = (
  lines: readonly { words: readonly string[]; stepMs: number; pauseMs: number }[],
): Spoken[][] => {
  let startMs = 0;
  return lines.map(({ words, stepMs, pauseMs }) => {
    startMs += pauseMs;
    return words.map((text) => {
      startMs += stepMs;
      return { text, startMs };
    });
  });
};

const pauseMs = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 5_000, max: 20_000 }) },
);
const stepMs = fc.integer({ min: 60, max: 600 });

// A small vocabulary says the same again and again, in one line, in the next and later.
const word = fc.constantFrom('no', 'No,', 'so', 'the', 'wheel', '[Music]', 'I', 'R&D', '<3', '♪');
const spokenLines = fc
  .array(fc.record({ words: fc.array(word, { minLength: 1, maxLength: 8 }), stepMs, pauseMs }), {
    minLength: 2,
    maxLength: 30,
  })
  .map(onClock);

const FIRST = ['wheel', 'miller', 'stone', 'river', 'gate', 'grain', 'flour', 'door'];
/** One of eight lines, of three to eight words; a line may come again, but not right behind itself. */
const verse = fc.integer({ min: 0, max: FIRST.length - 1 }).map((index) => {
  const own = FIRST[index] ?? '';
  return [own, 'and', 'so', `${own}s`, 'go', 'round', 'and', 'round'].slice(0, 3 + (index % 6));
});
const song = fc
  .array(fc.record({ words: verse, stepMs, pauseMs }), { minLength: 4, maxLength: 40 })
  .map((lines) => lines.filter(({ words }, at) => words[0] !== lines[at - 1]?.words[0]))
  .map(onClock);

describe('rolling captions with times of words', () => {
  it('become what was said, line by line, with the times of every word', () => {
    expect(readTranscript(rolledVtt(TALK)).segments).toEqual(spokenSegments(TALK));
  });

  it('become exactly what was said, whatever is said again', () => {
    fc.assert(
      fc.property(spokenLines, (lines) => {
        const { segments, trackKind } = readTranscript(rolledVtt(lines));
        expect(segments).toEqual(spokenSegments(lines));
        expect(trackKind).toBe('asr');
      }),
    );
  });

  it('are read from their first word on, wherever the first time stands', () => {
    const [first = ''] = rolledVtt(speak('so welcome back')).split('\n\n').slice(1);
    const later = first.replace('so<', '<00:00:00.900>so<');
    const { segments } = readTranscript(`WEBVTT\n\n${later}\n`, 'vtt', { trackKind: 'asr' });
    expect(segments[0]).toMatchObject({ startMs: 900, text: 'so welcome back' });
    expect(segments[0]?.words?.[0]).toMatchObject({ text: 'so', startMs: 900, endMs: 1_200 });
  });

  it('end where the next one begins', () => {
    const vtt =
      'WEBVTT\n\n00:01.000 --> 00:05.000\n \nso<00:01.500><c> welcome</c>\n\n' +
      '00:03.000 --> 00:06.000\nso welcome\nback<00:03.500><c> again</c>\n';
    const { segments, counts } = readTranscript(vtt);
    expect(segments.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [1_000, 3_000],
      [3_000, 6_000],
    ]);
    expect(segments[0]?.words?.at(-1)).toMatchObject({ text: 'welcome', endMs: 3_000 });
    expect(counts.overlapping).toBe(1);
  });

  it('are undone in the order of time, and say that they were out of order', () => {
    const [head = '', ...cues] = rolledVtt(TALK).split('\n\n');
    const { segments, counts } = readTranscript([head, ...cues.toReversed()].join('\n\n'));
    expect(segments).toEqual(spokenSegments(TALK));
    expect(counts.outOfOrder).toBe(TALK.length - 1);
  });
});

describe('rolling captions without times of words', () => {
  it.each(CONVERSIONS)('become what was said: %j', (conversion) => {
    const { segments, trackKind } = readTranscript(rolledSrt(TALK, conversion));
    expect(texts(segments)).toEqual(spokenTexts(TALK));
    expect(segments.map(({ startMs, endMs }) => [startMs, endMs])).toEqual(
      rolledCues(TALK).map(({ startMs, endMs }) => [startMs, endMs]),
    );
    expect(trackKind).toBe('asr');
  });

  it('become what was said, where they roll by words', () => {
    const windows = ['we go to the', 'go to the mill', 'to the mill today', 'the mill today and'];
    const cues = windows.map((text, at) => `00:0${at}.000 --> 00:0${at + 1}.000\n${text}\n`);
    const { segments } = readTranscript(`WEBVTT\n\n${cues.join('\n')}`);
    expect(texts(segments)).toEqual(['we go to the', 'mill', 'today', 'and']);
  });

  it.each(CONVERSIONS)('become what was said, in songs whose verses come again: %j', (how) => {
    fc.assert(
      fc.property(song, (lines) => {
        const srt = rolledSrt(lines, how);
        const { segments } = readTranscript(srt, 'srt', { trackKind: 'asr' });
        expect(texts(segments)).toEqual(spokenTexts(lines));
      }),
    );
  });

  it('are the same content as the file with times of words', () => {
    const srt = readTranscript(rolledSrt(TALK, { oneLine: false, holds: true }));
    expect(contentHash(srt.segments)).toBe(contentHash(readTranscript(rolledVtt(TALK)).segments));
  });

  it('are undone in WebVTT, too, and keep the voice', () => {
    const vtt =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>we turn the wheel\n\n' +
      '00:02.000 --> 00:03.000\n<v Ada>We turn the wheel, R&amp;D by hand\n\n' +
      '00:03.000 --> 00:04.000\n<v Ada>R&amp;D by hand\nand by foot\n';
    const { segments } = readTranscript(vtt);
    expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Ada', 'we turn the wheel'],
      ['Ada', 'R&D by hand'],
      ['Ada', 'and by foot'],
    ]);
  });

  it('are undone in a language without spaces', () => {
    const lines = speak('水車はゆっくり回ります', '今日も石臼で粉をひきます', 'それではまた明日');
    const { segments } = readTranscript(rolledSrt(lines, { oneLine: false, holds: false }));
    expect(texts(segments)).toEqual(spokenTexts(lines));
  });
});
