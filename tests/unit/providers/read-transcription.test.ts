import { expect, test } from 'vitest';
import { readTranscription } from '../../../src/providers/read-transcription.ts';

test('what is no text in a transcription is replaced, wherever it is', () => {
  const answer = { text: 'a\0b', language: '\ud800', segments: [{ start: 0, end: 1, text: '\0' }] };
  expect(readTranscription(answer)).toEqual({
    ...{ text: 'a\ufffdb', language: '\ufffd' },
    segments: [{ start: 0, end: 1, text: '\ufffd' }],
  });
});

test.each([null, undefined, 'text', { segments: [] }, { text: 5 }])(
  '%o is no transcription',
  (answer) => {
    expect(() => readTranscription(answer)).toThrowError();
  },
);
