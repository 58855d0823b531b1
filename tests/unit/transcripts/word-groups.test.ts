import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import { readMilliseconds } from '../../../src/transcripts/formats/json-fields.ts';
import { createWordGroups } from '../../../src/transcripts/formats/word-groups.ts';
import { createWarnings } from '../../../src/transcripts/warnings.ts';

const fail = (name: string, message: string): never => {
  throw new Error(`${name} ${message}`);
};

const group = (...words: object[]) => {
  const segments: Segment[] = [];
  const warnings = createWarnings();
  const groups = createWordGroups(readMilliseconds, warnings, (segment) => segments.push(segment));
  for (const word of words) groups.add(word, fail);
  groups.flush();
  return { segments, texts: segments.map(({ text }) => text), warnings: warnings.list() };
};

/** Words of 100 ms, one after the other. */
const spoken = (text: string, startMs = 0, over = {}) =>
  text.split(' ').map((word, at) => ({
    word,
    start: startMs + at * 100,
    end: startMs + at * 100 + 100,
    ...over,
  }));

describe('making segments of words', () => {
  it.each([
    ['One, two. Three', ['One, two.', 'Three']],
    ['Really? "Yes!" Well… no', ['Really?', '"Yes!"', 'Well…', 'no']],
    ['(He left.) So', ['(He left.)', 'So']],
    ['そう です。 はい', ['そうです。', 'はい']],
    ['It costs 3.50 now', ['It costs 3.50 now']],
  ])('ends them with sentences: %s', (text, texts) => {
    expect(group(...spoken(text)).texts).toEqual(texts);
  });

  it('ends them before another speaker', () => {
    const { segments } = group(
      ...spoken('yes well', 0, { speaker: 0 }),
      ...spoken('no', 200, { speaker: 1 }),
    );
    expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Speaker 0', 'yes well'],
      ['Speaker 1', 'no'],
    ]);
  });

  it('ends them before a pause of more than 700 ms', () => {
    expect(group(...spoken('a b'), ...spoken('c', 900)).texts).toEqual(['a b c']);
    expect(group(...spoken('a b'), ...spoken('c', 901)).texts).toEqual(['a b', 'c']);
  });

  it('ends them after 60 words where there are no sentences', () => {
    const { segments } = group(...spoken('a '.repeat(130).trim()));
    expect(segments.map(({ words }) => words?.length)).toEqual([60, 60, 10]);
  });

  it('starts them with their earliest word, where two people speak at once', () => {
    const { segments, warnings } = group(...spoken('so we'), { word: 'yes', start: 50, end: 90 });
    expect(segments).toMatchObject([{ startMs: 0, endMs: 200, text: 'so we yes' }]);
    expect(warnings).toMatchObject([{ code: 'words_out_of_order', count: 1 }]);
    const earlier = group({ word: 'b', start: 500, end: 800 }, { word: 'a', start: 200, end: 400 });
    expect(earlier.segments).toMatchObject([{ startMs: 200, endMs: 800, text: 'b a' }]);
  });

  it('are refused where their times start anew', () => {
    expect(() => group(...spoken('a b c'), ...spoken('a'))).toThrow('/start falls back from 0.2 s');
    expect(() => group(...spoken('a b', 9_000), ...spoken('c', 100))).toThrow(
      '/start falls back from 9.1 s to 0.1 s',
    );
  });

  it('gives words without times those of the word in front of them', () => {
    const { segments, warnings } = group(...spoken('in'), { word: '2014' }, { word: ' ' });
    expect(segments).toMatchObject([{ startMs: 0, endMs: 100, text: 'in 2014' }]);
    expect(warnings).toMatchObject([{ code: 'word_times_repaired', count: 1 }]);
  });

  it('takes the mean of what is known of confidences', () => {
    const { segments } = group(
      { word: 'a', start: 0, end: 1, confidence: 0.25 },
      { word: 'b', start: 1, end: 2, confidence: 0.75 },
      { word: 'c', start: 2, end: 3 },
    );
    expect(segments[0]?.confidence).toBe(0.5);
  });

  it('keeps the text of a word that is too long to be kept', () => {
    const { segments, warnings } = group(...spoken('x'.repeat(1_001)));
    expect(segments).toMatchObject([{ text: 'x'.repeat(1_001), words: null }]);
    expect(warnings).toMatchObject([{ code: 'words_dropped' }]);
  });
});
