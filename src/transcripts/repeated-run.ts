import { eachWord } from './words.ts';

/** A word as it is compared, and the offset (in UTF-16 units) at which it stands in its text. */
export type ComparedWord = { key: string; offset: number };

const PLAIN = /^[a-z]+$/;

/**
 * The words of a text, compared without case and punctuation: a recogniser may write the same word
 * as `The` and, once it is repeated, as `the,`. What has no letter or digit in it is no word.
 */
export const comparedWords = (text: string): ComparedWord[] => {
  const offsets: number[] = [];
  eachWord(text, (offset) => offsets.push(offset));
  return offsets.map((offset, index) => {
    const word = text
      .slice(offset, offsets[index + 1])
      .trimEnd()
      .toLowerCase();
    // Most words need no search for other signs, and there are many words.
    const key = PLAIN.test(word) ? word : word.replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
    return { key, offset };
  });
};

// What is written in ASCII needs no search for words: white space is all that parts them.
const ASCII = /^[ -~]*$/;

/** The keys alone of {@link comparedWords}, in a fraction of the time for most texts. */
export const wordKeys = (text: string): string[] => {
  if (!ASCII.test(text)) return comparedWords(text).map(({ key }) => key);
  const keys = text
    .toLowerCase()
    .replace(/[^a-z\d ]+/g, '')
    .split(' ');
  return keys.includes('') ? keys.filter((key) => key !== '') : keys;
};

/**
 * The length of the longest run that ends `before` and begins `after`, in linear time: the prefix
 * function of Knuth, Morris and Pratt, whose automaton for `after` reads `before`.
 */
export const repeatedRun = (before: readonly string[], after: readonly string[]): number => {
  const [first] = after;
  if (first === undefined || !before.includes(first)) return 0;
  const borders: number[] = [0];
  const step = (matched: number, item: string | undefined): number => {
    let length = matched;
    while (length > 0 && after[length] !== item) length = borders[length - 1] ?? 0;
    return after[length] === item ? length + 1 : length;
  };
  for (let at = 1; at < after.length; at += 1) borders.push(step(borders[at - 1] ?? 0, after[at]));
  // Nothing longer than `after` can begin it, so only so much of the tail is read.
  return before
    .slice(Math.max(0, before.length - after.length))
    .reduce((matched, item) => step(matched, item), 0);
};
