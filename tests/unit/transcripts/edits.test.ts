import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Word } from '../../../src/schemas/segments.ts';
import { correctSegment, relabel } from '../../../src/transcripts/edits.ts';
import { segment } from './factories.ts';

/** Words of 100 ms, one after another. */
const heard = (...texts: string[]): Word[] =>
  texts.map((text, index) => ({
    text,
    startMs: index * 100,
    endMs: index * 100 + 100,
    confidence: 0.5,
  }));

describe('a speaker that is renamed', () => {
  it('is renamed in every segment and word, and nobody else is', () => {
    const segments = [
      segment({ speaker: 'SPEAKER_00' }),
      segment({
        speaker: 'SPEAKER_01',
        words: [{ ...heard('Hi')[0], speaker: 'SPEAKER_00' } as Word],
      }),
      segment({ speaker: null }),
    ];
    const renamed = relabel(segments, new Set(['SPEAKER_00']), 'Ada');
    expect(renamed.map(({ speaker }) => speaker)).toEqual(['Ada', 'SPEAKER_01', null]);
    expect(renamed[1]?.words).toEqual([{ ...heard('Hi')[0], speaker: 'Ada' }]);
    expect(segments[0]?.speaker).toBe('SPEAKER_00');
    expect(renamed[2]).toBe(segments[2]);
  });

  it('and merged with another one leaves no label on words that say the same', () => {
    const words = [{ ...heard('Hi')[0], speaker: 'B' } as Word];
    const [merged] = relabel([segment({ speaker: 'A', words })], new Set(['A', 'B']), 'C');
    expect(merged).toMatchObject({ speaker: 'C', words: heard('Hi') });
    expect(merged?.words?.[0]).not.toHaveProperty('speaker');
  });
});

describe('a segment that is corrected', () => {
  const words = heard('The', 'hunting', 'cock', 'turns.');
  const misheard = segment({
    text: 'The hunting cock turns.',
    endMs: 400,
    words,
    confidence: 0.3,
    recognition: { avgLogprob: -1.5 },
  });

  it('keeps its times and the times of its words', () => {
    const [, corrected] = correctSegment([segment(), misheard], 1, {
      text: 'The hunting cog turns.',
    });
    expect(corrected).toEqual({
      ...misheard,
      text: 'The hunting cog turns.',
      words: [
        words[0],
        words[1],
        { text: 'cog', startMs: 200, endMs: 300, confidence: null },
        words[3],
      ],
      confidence: null,
      recognition: null,
    });
  });

  it('gives new words the time that is free between their neighbours', () => {
    const [corrected] = correctSegment([misheard], 0, { text: 'The slow hunting cog, turns. Yes' });
    expect(corrected?.words).toEqual([
      words[0],
      { text: 'slow', startMs: 100, endMs: 100, confidence: null },
      words[1],
      { text: 'cog,', startMs: 200, endMs: 300, confidence: null },
      words[3],
      { text: 'Yes', startMs: 400, endMs: 400, confidence: null },
    ]);
  });

  it('keeps what was heard when only the speaker is another', () => {
    expect(correctSegment([misheard], 0, { speaker: 'Ada' })).toEqual([
      { ...misheard, speaker: 'Ada' },
    ]);
    expect(correctSegment([misheard], 0, { speaker: null })[0]?.speaker).toBeNull();
  });

  it('has words that spell the text, in order and within the old times, whatever it says', () => {
    const texts = fc.array(fc.constantFrom('The', 'cog', 'turns.', 'hunting', 'x'), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const old = segment({ text: before.join(' '), words: heard(...before) });
        const [corrected] = correctSegment([old], 0, { text: after.join(' ') });
        const now = corrected?.words ?? [];
        expect(now.map(({ text }) => text)).toEqual(after);
        let previous = 0;
        for (const { startMs, endMs } of now) {
          expect(startMs).toBeGreaterThanOrEqual(previous);
          expect(endMs).toBeGreaterThanOrEqual(startMs);
          previous = endMs;
        }
        expect(previous).toBeLessThanOrEqual(before.length * 100);
      }),
    );
  });

  it('is one that there is', () => {
    expect(() => correctSegment([misheard], 1, { text: 'x' })).toThrow(RangeError);
  });
});
