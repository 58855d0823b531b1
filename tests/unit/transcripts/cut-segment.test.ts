import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import { cutSegment } from '../../../src/transcripts/cut-segment.ts';

/** A segment from 1 s on, each word of which lasts a second. */
function segmentOf(text: string, words: string[] | null = text.split(' ')): Segment {
  const timed = (words ?? []).map((word, index) => {
    const startMs = 1_000 + index * 1_000;
    return { text: word, startMs, endMs: startMs + 1_000, confidence: null };
  });
  const endMs = 1_000 + text.split(' ').length * 1_000;
  const rest = { speaker: 'Ada', confidence: null };
  return { ...rest, startMs: 1_000, endMs, text, words: words && timed };
}

describe('a segment at a moment', () => {
  test('is whole once it has ended', () => {
    const segment = segmentOf('The wheel stalled.', null);
    expect(cutSegment(segment, 4_000)).toBe(segment);
    expect(cutSegment(segment, 3_999)).toBeUndefined();
  });

  test('is cut behind the last word that has ended, with what ends the word', () => {
    const segment = segmentOf('“The wheel stalled,” he said.', [
      'The',
      'wheel',
      'stalled',
      'he',
      'said',
    ]);
    const textAt = (atMs: number) => cutSegment(segment, atMs)?.text;
    expect(textAt(1_999)).toBeUndefined();
    expect(textAt(2_000)).toBe('“The');
    expect(textAt(3_999)).toBe('“The wheel');
    expect(textAt(4_000)).toBe('“The wheel stalled,”');
    expect(cutSegment(segment, 4_000)).toMatchObject({ startMs: 1_000, endMs: 4_000 });
    expect(cutSegment(segment, 4_000)?.words).toHaveLength(3);
  });

  test('is left out without times, of its own or of its words', () => {
    const timeless = { ...segmentOf('A wheel.', null), startMs: null, endMs: null };
    expect(cutSegment(timeless, 9_000)).toBeUndefined();
    expect(cutSegment(segmentOf('A wheel.', []), 2_999)).toBeUndefined();
  });

  test('ends before a word that the text has and the words have not', () => {
    const segment = segmentOf('The broken wheel stalled.', ['The', 'wheel', 'stalled']);
    expect(cutSegment(segment, 4_000)?.text).toBe('The');
    expect(cutSegment(segmentOf('Quite another text.', ['The', 'wheel']), 3_000)).toBeUndefined();
  });

  test('ends before a word that goes on, even if a later one is over', () => {
    const segment = segmentOf('one two three four');
    const [, second] = segment.words ?? [];
    if (second) second.endMs = 9_000;
    expect(cutSegment(segment, 4_000)?.text).toBe('one');
  });
});

test('what has been said is the beginning of the text, and grows with time', () => {
  const word = fc.stringMatching(/^[a-zé漢]{1,6}[.,!?]?$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.nat(), fc.nat(), (words, a, b) => {
      const segment = segmentOf(words.join(' '));
      const [early, late] = [a, b].toSorted((x, y) => x - y).map((ms) => cutSegment(segment, ms));
      expect(segment.text.startsWith(late?.text ?? '')).toBe(true);
      expect((late?.text ?? '').startsWith(early?.text ?? '')).toBe(true);
      const said = Math.floor((Math.max(a, b) - 1_000) / 1_000);
      expect(late?.text.split(' ').length ?? 0).toBe(Math.max(0, Math.min(words.length, said)));
    }),
  );
});
