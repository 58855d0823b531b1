import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstSentenceEnd, followSentences } from '../../../src/chat/sentence-ends.ts';
import { cpuMs } from '../../helpers/cpu-time.ts';

const part = fc.constantFrom(
  ...['A. ', 'It', ' stalled', '.', '!', '?', '…', ' ', '\n', '“', '”', '"', ')', '\0', '。', '」'],
  ...['「', 'Dr. ', '12.', ' e.g.', 'x', '[', ']', '«', '»'],
);

test('a text that grows ends its sentences where the whole one does', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const firstEnd = followSentences();
      let text = '';
      for (const letter of parts.join('')) {
        text += letter;
        const end = firstEnd(text);
        expect(end).toBe(firstSentenceEnd(text));
        if (end !== undefined) text = text.slice(end);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each(['A. ', '.', '. a', '“A.” b ', '"', '1. '])(
  'sentences are found in no time in %j again and again',
  async (repeated) => {
    const text = `${repeated.repeat(100_000)}[s1]`;
    expect(await cpuMs(() => firstSentenceEnd(text))).toBeLessThan(2_000);
  },
);
