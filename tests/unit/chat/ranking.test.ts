import { expect, test } from 'vitest';
import { choose, scoreSentences } from '../../../src/chat/ranking.ts';
import { splitSentences } from '../../../src/chat/sentences.ts';
import { passageOf } from './passage.ts';

/** Scores sentences whose terms are their own words. */
function score(lines: string[], asked: string[], frequencies: Record<string, number> = {}) {
  const passage = passageOf(lines.map((line) => ['A', 0, 1, line]));
  const sentences = splitSentences(passage);
  const terms = sentences.map(({ text }) => {
    const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
    return new Map(words.map((word) => [word, 1]));
  });
  const known = Object.fromEntries(asked.map((term) => [term, 1]));
  return scoreSentences(sentences, terms, asked, {
    chunkCount: 50,
    frequencies: new Map(Object.entries({ ...known, ...frequencies })),
  });
}

test('the sentence with the rarer words of the question wins', () => {
  const scored = score(
    ['The wheel is old.', 'Bread is nice.', 'Cheese is nice.', 'The sluice was opened early.'],
    ['wheel', 'sluice', 'early'],
    { wheel: 40 },
  );
  expect(choose(scored)[0]?.text).toBe('The sluice was opened early.');
});

test('the answer behind a question is quoted, the question is not', () => {
  const scored = score(
    ['Nice day.', 'Why did the wheel stall?', 'Because of the tail water.', 'Right.'],
    ['wheel', 'stall'],
  );
  const chosen = choose(scored).map((sentence) => sentence.text);
  expect(chosen).toContain('Because of the tail water.');
  expect(chosen).not.toContain('Why did the wheel stall?');
});

test('nothing is chosen when the passages hold too little of the question', () => {
  const scored = score(
    ['They said it was fine.', 'They left.'],
    ['said', 'kubernetes', 'cluster'],
    {
      said: 30,
      kubernetes: 0,
      cluster: 0,
    },
  );
  expect(choose(scored)).toEqual([]);
});

test('the same thing is not quoted twice', () => {
  const scored = score(
    [
      'The wheel stalled early.',
      'Bread.',
      'The wheel stalled early!',
      'Tea.',
      'Early wheel repairs cost money.',
    ],
    ['wheel', 'early'],
  );
  const [first, second] = choose(scored).map((sentence) => sentence.text);
  expect(first).toMatch(/stalled early/);
  expect(second).toBe('Early wheel repairs cost money.');
});

test('a question without terms, or a library without sentences, is answered with nothing', () => {
  expect(choose(score(['Anything.'], []))).toEqual([]);
  expect(choose([])).toEqual([]);
});
