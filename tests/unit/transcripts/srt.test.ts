import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { segment } from './factories.ts';
import { readSrt } from './readers.ts';
import { locationOf } from './unreadable.ts';
import { writeSrt } from './written.ts';

const texts = (srt: string) => readSrt(srt).segments.map(({ text }) => text);
const times = (srt: string) =>
  readSrt(srt).segments.map(({ startMs, endMs }) => [startMs, endMs] as const);

describe('reading SRT', () => {
  it('reads cues with their times and lines', () => {
    const { format, language, segments, warnings } = readSrt(
      '1\n00:02:17,400 --> 00:02:20,400\nWe are making\nour approach.\n\n' +
        '2\n01:02:20,500 --> 01:02:22,500\nVery good.',
    );
    expect({ format, language, warnings }).toEqual({ format: 'srt', language: null, warnings: [] });
    expect(segments).toEqual([
      segment({ startMs: 137_400, endMs: 140_400, text: 'We are making\nour approach.' }),
      segment({ startMs: 3_740_500, endMs: 3_742_500, text: 'Very good.' }),
    ]);
  });

  it('reads a point for the comma, short fractions, no fraction and no hours', () => {
    expect(times('1\n00:00:01.5 --> 0:00:02,25\na\n\n2\n00:03 --> 00:04.000\nb')).toEqual([
      [1_500, 2_250],
      [3_000, 4_000],
    ]);
  });

  it('reads cues without counters, also without blank lines between them', () => {
    const cues = ['00:00:01,000 --> 00:00:02,000\na', '00:00:03,000 --> 00:00:04,000\nb'];
    expect(texts(cues.join('\n\n'))).toEqual(['a', 'b']);
    expect(texts(cues.join('\n'))).toEqual(['a', 'b']);
  });

  it('reads counted cues without blank lines between them', () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb';
    expect(texts(srt)).toEqual(['a', 'b']);
  });

  it('reads a file with a blank line after every line', () => {
    const srt =
      '1\n\n00:00:01,000 --> 00:00:02,000\n\na\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nb';
    expect(texts(srt)).toEqual(['a', 'b']);
  });

  it('keeps a text line that looks like a time, a range of times, or a counter', () => {
    const srt =
      '1\n00:00:01,000 --> 00:00:02,000\n00:00:05,000\n42\n00:00:07,000 --> 00:00:08,000\n\n' +
      '2\n00:00:03,000 --> 00:00:04,000\n2024\n';
    expect(texts(srt)).toEqual(['00:00:05,000\n42\n00:00:07,000 --> 00:00:08,000', '2024']);
  });

  it('keeps text behind a blank line in the cue it stands in, with a warning', () => {
    const { segments, warnings } = readSrt(
      '1\n00:00:01,000 --> 00:00:02,000\na\n\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nc',
    );
    expect(segments.map(({ text }) => text)).toEqual(['a\nb', 'c']);
    expect(warnings).toMatchObject([{ code: 'text_after_blank_line', count: 1, line: 4 }]);
  });

  it('drops markup and keeps what only looks like it', () => {
    const srt =
      '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>I</i> <font color="#fff">love</font> <3 & a<b ' +
      '{x} &amp; <00:00:01.040>you';
    expect(texts(srt)).toEqual(['I love <3 & a<b {x} &amp; you']);
  });

  it('sorts cues that are out of order, with a warning that counts them', () => {
    const { segments, warnings } = readSrt(
      '1\n00:00:05,000 --> 00:00:06,000\nc\n\n2\n00:00:01,000 --> 00:00:02,000\na\n\n' +
        '3\n00:00:01,000 --> 00:00:01,500\nb\n\n4\n00:00:09,000 --> 00:00:09,500\nd\n',
    );
    expect(segments.map(({ text }) => text)).toEqual(['b', 'a', 'c', 'd']);
    expect(warnings).toMatchObject([
      { code: 'out_of_order', count: 2, line: 6 },
      { code: 'overlapping', count: 1 },
    ]);
  });

  it('keeps exact duplicates and cues of no length', () => {
    const cue = '00:00:01,000 --> 00:00:01,000\nagain\n\n';
    expect(texts(cue + cue)).toEqual(['again', 'again']);
  });

  it('drops cues without text, with a warning', () => {
    const { segments, warnings } = readSrt(
      '1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:02,000 --> 00:00:03,000\n<i> </i>\n\n' +
        '3\n00:00:03,000 --> 00:00:04,000\nc\n',
    );
    expect(segments.map(({ text }) => text)).toEqual(['c']);
    expect(warnings).toMatchObject([{ code: 'empty_cue', count: 2, line: 2 }]);
  });

  it('takes a generated label as the speaker, and a name only where it recurs', () => {
    const lines = ['SPEAKER_01: Hi.', 'Ada King: Hello.', 'Warning: wet paint.', 'Ada King: Bye.'];
    const srt = lines.map((line, at) => `00:00:0${at},000 --> 00:00:0${at},500\n${line}\n`);
    expect(readSrt(srt.join('\n')).segments.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['SPEAKER_01', 'Hi.'],
      ['Ada King', 'Hello.'],
      [null, 'Warning: wet paint.'],
      ['Ada King', 'Bye.'],
    ]);
  });

  it('makes a segment of each speaker where two share a cue', () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,000\nSPEAKER_00: Yes?\nSPEAKER_01: No.\nNever.';
    expect(readSrt(srt).segments).toEqual([
      segment({ startMs: 1_000, endMs: 2_000, speaker: 'SPEAKER_00', text: 'Yes?' }),
      segment({ startMs: 1_000, endMs: 2_000, speaker: 'SPEAKER_01', text: 'No.\nNever.' }),
    ]);
  });

  it.each([
    ['a first line that is no cue', 'Hello\n', 1],
    ['a counter without times', '1\nHello\n', 2],
    ['a later counter without times', '1\n00:00:01,000 --> 00:00:02,000\na\n\n2\nb\n', 6],
    ['times it cannot read', '1\n00:00:01,000 --> soon\na\n', 2],
    ['later times it cannot read', '00:00:01,000 --> 00:00:02,000\na\n\n00:71 --> 00:72\nb', 4],
    ['negative times', '1\n-00:00:01,000 --> 00:00:02,000\na\n', 2],
    ['a cue that ends before it starts', '\n1\n00:00:02,000 --> 00:00:01,000\na\n', 3],
    ['times too large to be stored', '1\n600:00:00,000 --> 600:00:01,000\na\n', 2],
    ['a file without text', '\n\n', 1],
  ])('names the line of %s', (_, srt, line) => {
    expect(locationOf(() => readSrt(srt))).toMatchObject({ path: 'text', line });
  });

  it('says what it expected and what it found', () => {
    expect(locationOf(() => readSrt('1\nHello there\n')).message).toBe(
      'line 2: expected a time range like 00:01:02,500 --> 00:01:04,000, found "Hello there"',
    );
  });
});

describe('writing SRT', () => {
  it('numbers the cues and puts speakers in front', () => {
    const srt = writeSrt([
      segment({ startMs: 3_723_004, endMs: 3_724_050, speaker: 'Ada', text: 'One\n\n two ' }),
      segment({ startMs: 360_000_000, endMs: 360_000_001 }),
    ]);
    expect(srt).toBe(
      '1\n01:02:03,004 --> 01:02:04,050\nAda: One\ntwo\n\n' +
        '2\n100:00:00,000 --> 100:00:00,001\nHello.\n',
    );
  });

  it('refuses a transcript without times', () => {
    const write = () => writeSrt([segment({ startMs: null, endMs: null })]);
    expect(write).toThrow(AppError);
    expect(write).toThrow('cannot be written as SRT');
  });
});

describe('text that looks like SRT', () => {
  it.each([
    '<b>x</b>',
    '{\\an8}x',
    '<v Ada>x',
    '</v>',
    '<00:00:01.500>y',
    'a < b, c > d, {e}',
    'x\n2\n00:00:05,000 --> 00:00:06,000\ny',
  ])('is written so that it comes back, and looks the same: %j', (text) => {
    const said = [segment({ text }), segment({ startMs: 9_000, endMs: 9_500, text: 'After.' })];
    const srt = writeSrt(said);
    expect(readSrt(srt).segments).toEqual(said);
    expect(srt.replaceAll('\u2060', '')).toContain(text);
    expect(writeSrt(readSrt(srt).segments)).toBe(srt);
  });
});
