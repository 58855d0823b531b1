import { expect, test } from 'vitest';
import { splitSentences } from '../../../src/chat/sentences.ts';
import { passageOf } from './passage.ts';

const texts = (lines: Parameters<typeof passageOf>[0], first = 0) =>
  splitSentences(passageOf(lines, { first })).map((sentence) => sentence.text);

test('a sentence runs over segments, and ends where the speaker changes', () => {
  expect(
    texts([
      ['A', 0, 1, 'We opened the'],
      ['A', 1, 2, 'sluice. It stalled'],
      ['B', 2, 3, 'Why did it?'],
    ]),
  ).toEqual(['We opened the sluice.', 'It stalled', 'Why did it?']);
});

test('fragments at both ends are left out of a punctuated passage', () => {
  expect(
    texts(
      [
        ['A', 0, 1, 'end of another sentence. This one is whole.'],
        ['A', 1, 2, 'And this one is cut'],
      ],
      7,
    ),
  ).toEqual(['This one is whole.']);
});

test('a recording that begins in lower case keeps its first sentence', () => {
  expect(texts([['A', 0, 1, 'the moon turns the wheel. This one is whole.']])).toEqual([
    'the moon turns the wheel.',
    'This one is whole.',
  ]);
});

test('a passage without punctuation is cut at its segments', () => {
  const line = 'one two three four five six seven eight nine ten';
  const found = texts(Array.from({ length: 12 }, () => ['A', 0, 1, line]));
  expect(found.length).toBeGreaterThan(2);
  expect(found.join(' ')).toBe(Array.from({ length: 12 }, () => line).join(' '));
  for (const text of found) expect(text.split(' ').length).toBeLessThanOrEqual(50);
});

test('offsets point at the sentence in the text of the passage', () => {
  const passage = passageOf([['A', 0, 1, 'One.  Two is here. Three!']]);
  for (const { text, from, to } of splitSentences(passage)) {
    expect(passage.segments[0]?.text.slice(from, to)).toBe(text);
  }
});
