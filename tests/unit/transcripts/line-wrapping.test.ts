import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/transcripts/detect.ts';
import { withoutBlankLines } from '../../../src/transcripts/text-lines.ts';
import { countWords } from '../../../src/transcripts/words.ts';
import { wrapLines } from '../../../src/transcripts/writers/line-wrapping.ts';
import { cpuMs } from '../../helpers/cpu-time.ts';
import { anyText, timedSegments } from './arbitraries.ts';
import { segment } from './factories.ts';
import { writeSrt, writeWebVtt } from './written.ts';

const graphemes = (text: string) =>
  [...new Intl.Segmenter().segment(text)].map((one) => one.segment);
const limit = fc.integer({ min: 10, max: 200 });

describe('lines that are too long', () => {
  it('take as many words as fit', () => {
    expect(wrapLines('one two three four', 10)).toBe('one two\nthree four');
    expect(wrapLines('1234567890 1 2345678 0', 10)).toBe('1234567890\n1 2345678\n0');
  });

  it('stay as they are where they are short enough, with their breaks', () => {
    expect(wrapLines('one\ntwo three\nfour', 10)).toBe('one\ntwo three\nfour');
    expect(wrapLines('one\ntwo three four', 10)).toBe('one\ntwo three\nfour');
  });

  it('leave room for what stands in front of the first one', () => {
    expect(wrapLines('one two three', 10, 'Ada: ')).toBe('one\ntwo three');
    expect(writeSrt([segment({ speaker: 'Ada', text: 'one two three' })], 10)).toContain(
      '\nAda: one\ntwo three\n',
    );
    // A label without text behind it would be no label.
    expect(writeSrt([segment({ speaker: 'SPEAKER_01', text: 'one two' })], 10)).toContain(
      '\nSPEAKER_01: one\ntwo\n',
    );
  });

  it('keep a long word whole', () => {
    const url = 'https://example.org/a/very/long/address';
    expect(wrapLines(`see ${url} there`, 10)).toBe(`see\n${url}\nthere`);
  });

  it('are broken between words in scripts without spaces, and begin with no full stop', () => {
    const lines = wrapLines('今日はとても良い天気ですね。明日も晴れるでしょう。「本当」', 10).split(
      '\n',
    );
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      expect(graphemes(line).length).toBeLessThanOrEqual(10);
      expect(line).not.toMatch(/^[。、」]/u);
      expect(line).not.toMatch(/「$/u);
    }
  });

  it('count a character as its reader does, and are not broken within one', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(wrapLines(family.repeat(10), 10)).toBe(family.repeat(10));
    expect(wrapLines(family.repeat(15), 10)).toBe(`${family.repeat(10)}\n${family.repeat(5)}`);
    expect(wrapLines('é'.normalize('NFD').repeat(10), 10)).not.toContain('\n');
  });

  it('hold the same words, and are not longer than one of them', () => {
    fc.assert(
      fc.property(anyText, limit, (text, max) => {
        const wrapped = wrapLines(withoutBlankLines(text), max);
        expect(wrapped.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(countWords(wrapped)).toBe(countWords(text));
        for (const line of wrapped.split('\n')) {
          if (graphemes(line).length > max) expect(line).not.toMatch(/\S +\S/);
        }
      }),
    );
  });

  it('are the same when they are imported and wrapped again', () => {
    fc.assert(
      fc.property(timedSegments(), limit, (segments, max) => {
        const srt = writeSrt(segments, max);
        expect(writeSrt(readTranscript(srt).segments, max)).toBe(srt);
      }),
    );
    fc.assert(
      fc.property(timedSegments(anyText), limit, (segments, maxCharsPerLine) => {
        const vtt = writeWebVtt(segments, { maxCharsPerLine });
        expect(writeWebVtt(readTranscript(vtt).segments, { maxCharsPerLine })).toBe(vtt);
      }),
    );
  });

  it('are wrapped in linear time', async () => {
    for (const text of ['x'.repeat(1e6), 'x '.repeat(5e5).trim(), '天気'.repeat(2e4)]) {
      expect(await cpuMs(() => wrapLines(text, 40))).toBeLessThan(3_000);
    }
  });
});
