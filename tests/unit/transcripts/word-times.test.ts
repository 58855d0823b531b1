import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import { timedSegments } from './arbitraries.ts';
import { segment } from './factories.ts';
import { readWebVtt } from './readers.ts';
import { writeWebVtt } from './written.ts';

const word = (text: string, startMs: number, endMs = startMs + 10) => ({
  text,
  startMs,
  endMs,
  confidence: null,
});
const cue = (over: Partial<Segment>, maxCharsPerLine?: number) =>
  writeWebVtt([segment(over)], { wordTimes: true, maxCharsPerLine })
    .split('\n')
    .slice(3)
    .join('\n');

describe('the times of words in WebVTT', () => {
  it('stand in front of each word that begins within the cue', () => {
    const words = [word('One', 0), word('two', 100), word('three.', 999)];
    expect(cue({ text: 'One two\nthree.', words, speaker: 'Ada' })).toBe(
      '<v Ada>One <00:00:00.100>two\n<00:00:00.999>three.\n',
    );
  });

  it('are not written unless they are wanted', () => {
    const words = [word('One', 0), word('two', 100)];
    expect(writeWebVtt([segment({ text: 'One two', words })])).not.toContain('<00');
  });

  it('rise, and lie between the ends of the cue, as the standard wants', () => {
    const words = [word('a', 5), word('b', 5), word('c', 4), word('d', 6), word('e', 1_000)];
    expect(cue({ text: 'a b c d e', words })).toBe('<00:00:00.005>a b c <00:00:00.006>d e\n');
  });

  it('are left out where the words are not the text', () => {
    for (const words of [
      [word('One', 10)],
      [word('One', 10), word('too', 20)],
      [word('One', 10), word('two', 20), word('three', 30)],
      [word('two', 10), word('One', 20)],
      [],
    ]) {
      expect(cue({ text: 'One two', words })).toBe('One two\n');
    }
  });

  it('do not mind where white space stands, in words and in lines', () => {
    const words = [word(' Hel', 10), word('lo,', 20), word(' wide world', 30)];
    expect(cue({ text: 'Hello, wide world', words }, 10)).toBe(
      '<00:00:00.010>Hel<00:00:00.020>lo,\n<00:00:00.030>wide world\n',
    );
    const signs = [word('天', 10), word('気', 20)];
    expect(cue({ text: '天気', words: signs })).toBe('<00:00:00.010>天<00:00:00.020>気\n');
  });

  it('are no way for text to become markup', () => {
    const words = [word('a<b>', 10), word('&amp;', 20), word('-->', 30)];
    expect(cue({ text: 'a<b> &amp; -->', words })).toBe(
      '<00:00:00.010>a&lt;b&gt; <00:00:00.020>&amp;amp; <00:00:00.030>--&gt;\n',
    );
  });

  it('change neither text nor times nor speakers', () => {
    const timed = timedSegments().map((segments) =>
      segments.map((one) => {
        const texts = one.text.split(/\s+/);
        const start = one.startMs ?? 0;
        return { ...one, words: texts.map((text, index) => word(text, start + index * 40)) };
      }),
    );
    fc.assert(
      fc.property(timed, (segments) => {
        const bare = segments.map((one) => ({ ...one, words: null }));
        const vtt = writeWebVtt(segments, { wordTimes: true });
        const read = readWebVtt(vtt).segments.map((one) => ({ ...one, words: null }));
        expect(read).toEqual(bare);
        for (const one of vtt.split('\n\n').slice(1)) {
          const [range = '', ...lines] = one.split('\n');
          const [start = '', end = ''] = range.split(' --> ');
          const times = [...lines.join('\n').matchAll(/<(\d[\d:.]+)>/g)].map(
            (match) => match[1] ?? '',
          );
          const all = [start, ...times, end];
          expect(all).toEqual(all.toSorted());
          expect(new Set(times).size).toBe(times.length);
        }
      }),
    );
  });
});
