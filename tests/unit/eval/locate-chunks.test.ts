import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateChunks } from '../../../eval/locate-chunks.ts';
import { sizeOf, toWords, wordSpans } from '../../../eval/words.ts';
import { chunkSegments } from '../../../src/transcripts/chunking.ts';

const segment = fc.record({
  speaker: fc.constantFrom('Ada', 'Grad B', null),
  text: fc
    .array(fc.stringMatching(/^[a-z,.]{1,8}$/), { minLength: 1, maxLength: 60 })
    .map((words) => words.join(' ')),
});

test('chunks are found where they were cut, and leave no word out', () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 12 }), (said) => {
      const text = said.map((one) => one.text).join('\n');
      const segments = said.map((one) => ({
        ...one,
        startMs: null,
        endMs: null,
        words: null,
        confidence: null,
      }));
      const spans = locateChunks(text, segments, [...chunkSegments(segments, { words: 20 })]);
      const words = wordSpans(text);
      expect(sizeOf(spans.map((span) => toWords(words, span)))).toBe(words.length);
      for (const [index, span] of spans.entries()) {
        expect(span.end).toBeLessThanOrEqual(spans[index + 1]?.start ?? text.length);
      }
    }),
  );
});

test('a chunk that the text does not say is refused', () => {
  const segments = [{ speaker: null, text: 'the mill' }];
  const chunk = { chunkText: 'the race', firstSegment: 0, lastSegment: 0 };
  expect(() => locateChunks('the mill', segments, [chunk])).toThrow('not in the text');
});
