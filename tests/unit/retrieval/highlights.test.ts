import { expect, test } from 'vitest';
import { MARK_START, MARK_STOP } from '../../../src/repositories/headline.ts';
import { findHighlights } from '../../../src/retrieval/highlights.ts';

const marked = (text: string) => text.replaceAll('<', MARK_START).replaceAll('>', MARK_STOP);
const words = (text: string, spans: { start: number; end: number }[]) =>
  spans.map(({ start, end }) => text.slice(start, end));

test('marked words are found in the text', () => {
  const text = 'The wheels ran, the wheel 🎡 stalled';
  const spans = findHighlights(text, marked('The <wheels> ran, the <wheel> 🎡 <stalled>'), []);
  expect(words(text, spans)).toEqual(['wheels', 'wheel', 'stalled']);
});

test('marks that the text itself holds are text', () => {
  const text = `a ${MARK_START}b${MARK_STOP} wheel`;
  const spans = findHighlights(
    text,
    `a ${MARK_START}b${MARK_STOP} ${MARK_START}wheel${MARK_STOP}`,
    [],
  );
  expect(words(text, spans)).toEqual(['wheel']);
});

test('pairs of Chinese, Japanese and Korean characters are joined to what was asked', () => {
  const text = '今日は東京タワーに行く';
  expect(words(text, findHighlights(text, text, ['東京', '京タ', 'タワ', 'ワー']))).toEqual([
    '東京タワー',
  ]);
});

test('a headline that is not the text gives no highlights', () => {
  expect(findHighlights('one two', marked('one <three>'), [])).toEqual([]);
});
