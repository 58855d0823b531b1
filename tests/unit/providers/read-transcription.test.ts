import { expect, test } from 'vitest';
import { heardMs, readTranscription } from '../../../src/providers/read-transcription.ts';

test('what is no text in a transcription is replaced, wherever it is', () => {
  const answer = { text: 'a\0b', language: '\ud800', segments: [{ start: 0, end: 1, text: '\0' }] };
  expect(readTranscription(answer)).toEqual({
    ...{ text: 'a\ufffdb', language: '\ufffd' },
    segments: [{ start: 0, end: 1, text: '\ufffd' }],
  });
});

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('what is beside a transcription stays, unless it is deeper than any that is meant', () => {
  const answer = { text: 'a', beside: nested(99) };
  expect(readTranscription(answer)).toEqual(answer);
  for (const levels of [100, 20_000, 1_000_000]) {
    expect(() => readTranscription({ text: 'a', beside: nested(levels) })).toThrowError(
      expect.objectContaining({ code: 'model_failed' }),
    );
  }
});

test.each([null, undefined, 'text', { segments: [] }, { text: 5 }])(
  '%o is no transcription',
  (answer) => {
    expect(() => readTranscription(answer)).toThrowError();
  },
);

test.each([
  [{ duration: 60.5 }, 60_500],
  [{ duration: 1e300 }, null],
  [{ duration: 2_147_483 }, null],
  [{ duration: 'Infinity', segments: [{ start: 0, end: 12, text: 'b' }] }, 12_000],
  [{ duration: 1e9, words: [{ start: 0, end: 3, word: 'b' }] }, 3_000],
  [{ segments: [{ start: 0, end: 1e300, text: 'b' }] }, null],
])('%j is as long as can be believed', (answer, ms) => {
  expect(heardMs({ text: 'b', ...answer })).toBe(ms);
});
