import type { Word } from '../schemas/segments.ts';
import { MAX_WORD_LENGTH } from './limits.ts';
import { placeWords } from './place-words.ts';
import { longestCommon } from './shared-words.ts';

/** A word without its case and punctuation, as it is compared. */
const plain = (text: string): string =>
  placeWords(text)
    .map(({ word }) => word)
    .join('');

/** The longest list of words that is compared with another one; two of it take 8 MB. */
const MAX_WORDS = 2_000;

/** Shares out the time between `startMs` and `endMs` among words that have none of their own. */
const shareTime = (texts: readonly string[], startMs: number, endMs: number): Word[] =>
  texts.map((text, index) => {
    const at = (part: number) => Math.round(startMs + ((endMs - startMs) * part) / texts.length);
    return { text, startMs: at(index), endMs: at(index + 1), confidence: null };
  });

/**
 * The words of a corrected text: those that were there before keep their times, and new ones share
 * the time between their neighbours.
 *
 * @param words as they were heard, in order; times in ms
 * @returns null when there are no words, too many to compare, or one that is too long to be kept
 */
export const correctWords = (words: readonly Word[], text: string): Word[] | null => {
  const texts = text.split(/\s+/).filter((part) => part !== '');
  const first = words[0];
  const last = words.at(-1);
  if (!first || !last || texts.length === 0) return null;
  if (words.length > MAX_WORDS || texts.length > MAX_WORDS) return null;
  if (texts.some((part) => part.length > MAX_WORD_LENGTH)) return null;
  const pairs = longestCommon(
    words.map((word) => plain(word.text)),
    texts.map(plain),
  );
  const corrected: Word[] = [];
  let from = first.startMs;
  for (const [heard, written] of [...pairs, [words.length, texts.length] as const]) {
    const word = words[heard];
    const to = Math.max(from, word?.startMs ?? last.endMs);
    corrected.push(...shareTime(texts.slice(corrected.length, written), from, to));
    if (!word) break;
    corrected.push({ ...word, text: texts[written] ?? word.text });
    from = Math.max(from, word.endMs);
  }
  return corrected;
};
