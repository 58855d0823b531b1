import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinPieces } from '../../../src/jobs/recordings/join-pieces.ts';
import type { HeardPiece } from '../../../src/jobs/recordings/kept-pieces.ts';
import { readTranscript } from '../../../src/transcripts/detect.ts';

const heard = (
  offsetMs: number,
  durationMs: number | null,
  answer: HeardPiece['answer'],
): HeardPiece => ({ offsetMs, durationMs, model: 'whisper', tookMs: 1, answer });

describe('joining what was heard in pieces', () => {
  test('moves the times of segments and words, exact to the millisecond', () => {
    const joined = joinPieces([
      heard(0, 10_007, { text: 'One.', segments: [{ start: 0, end: 10, text: 'One.' }] }),
      heard(10_007, 5_000, {
        text: 'Two.',
        segments: [
          {
            ...{ start: 0.1, end: 2.345, text: 'Two.' },
            words: [{ word: 'Two.', start: 0.1, end: 2.345 }],
          },
        ],
        words: [{ word: 'Two.', start: 0.1, end: 2.345 }],
      }),
    ]);
    expect(joined.segments?.[1]).toEqual({
      ...{ start: 10.107, end: 12.352, text: 'Two.' },
      words: [{ word: 'Two.', start: 10.107, end: 12.352 }],
    });
    expect(joined.words).toEqual([{ word: 'Two.', start: 10.107, end: 12.352 }]);
    expect(joined.text).toBe('One.\nTwo.');
  });

  test('keeps what a piece says within it', () => {
    const long = { start: 9.5, end: 30, text: 'And so on.' };
    const late = { start: 12, end: 13, text: 'Thank you.' };
    const { segments } = joinPieces([
      heard(0, 10_000, { text: 'And so on.', segments: [long, late] }),
      heard(10_000, 10_000, { text: 'Go.', segments: [{ start: 0, end: 1, text: 'Go.' }] }),
    ]);
    expect(segments?.map(({ start, end }) => [start, end])).toEqual([
      [9.5, 10],
      [9.999, 10],
      [10, 11],
    ]);
  });

  test('marks speakers with their part, where there are several', () => {
    const piece = (offsetMs: number) =>
      heard(offsetMs, 1_000, {
        text: 'Hello.',
        segments: [{ start: 0, end: 1, text: 'Hello.', speaker: 'A' }],
      });
    const speakers = (pieces: HeardPiece[]) =>
      joinPieces(pieces).segments?.map(({ speaker }) => speaker);
    expect(speakers([piece(0)])).toEqual(['A']);
    expect(speakers([piece(0), piece(1_000)])).toEqual(['A (part 1)', 'A (part 2)']);
  });

  test('takes the text of an endpoint that knows no times', () => {
    const joined = joinPieces([
      heard(0, 2_000, { text: 'One.' }),
      heard(2_000, 3_000, { text: ' ' }),
      heard(5_000, 3_000, { text: 'Three.' }),
    ]);
    expect(joined.segments).toEqual([
      { start: 0, end: 2, text: 'One.' },
      { start: 5, end: 8, text: 'Three.' },
    ]);
  });

  test('makes what the reader of such answers takes, whatever the times are', () => {
    const seconds = fc.double({ min: 0, max: 40, noNaN: true });
    const spoken = fc
      .array(fc.tuple(seconds, seconds), { minLength: 1, maxLength: 6 })
      .map((times) => times.flat().toSorted((a, b) => a - b))
      .map((times) =>
        times.slice(1).map((end, at) => ({ start: times[at] ?? 0, end, text: `Word ${at}.` })),
      );
    fc.assert(
      fc.property(fc.array(spoken, { minLength: 1, maxLength: 5 }), (pieces) => {
        const joined = joinPieces(
          pieces.map((segments, index) =>
            heard(index * 30_000, 30_000, { text: 'Said.', segments }),
          ),
        );
        const text = JSON.stringify({ task: 'x', ...joined });
        const { segments } = readTranscript(text, 'openai');
        expect(segments).toHaveLength(pieces.flat().length);
        const starts = segments.map(({ startMs }) => startMs ?? 0);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      }),
    );
  });
});
