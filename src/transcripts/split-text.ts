import { countWords, eachWord } from './words.ts';

export type SplitLimits = {
  /** Words a part should have at most; only a part without any place to cut has more. */
  words: number;
  /** UTF-16 units no part exceeds. */
  length: number;
};

type Part = { from: number; to: number; words: number };

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The last place at or before `to` that is not inside a surrogate pair. */
const codePointBorder = (text: string, to: number): number => {
  const unit = text.charCodeAt(to);
  return unit >= 0xdc00 && unit <= 0xdfff ? to - 1 : to;
};

/** Cuts one sentence in front of words, and a word that is too long between code points. */
const cutSentence = (text: string, offset: number, limits: SplitLimits): Part[] => {
  const parts: Part[] = [];
  let from = 0;
  let words = 0;
  let lastWord = 0;
  const cutAt = (to: number, counted: number) => {
    parts.push({ from: offset + from, to: offset + to, words: counted });
    from = to;
    words -= counted;
  };
  const cutUpTo = (end: number) => {
    // The word that began last moves to the next part, unless it is all there is.
    if (end - from > limits.length && lastWord > from) cutAt(lastWord, words - 1);
    while (end - from > limits.length) cutAt(codePointBorder(text, from + limits.length), words);
  };
  eachWord(text, (start) => {
    cutUpTo(start);
    if (words >= limits.words) cutAt(start, words);
    words += 1;
    lastWord = start;
  });
  cutUpTo(text.length);
  cutAt(text.length, words);
  return parts;
};

/**
 * Splits a text at sentences into parts of about `limits.words` words; a sentence that is too long
 * is cut at words, and a word that is too long between code points. The parts, one after the
 * other, are the text: nothing is trimmed.
 *
 * @returns The end offset of each part, in UTF-16 units.
 */
export const splitText = (text: string, limits: SplitLimits): number[] => {
  const ends: number[] = [];
  let open: Part = { from: 0, to: 0, words: 0 };
  const add = (part: Part) => {
    const words = open.words + part.words;
    const fits = words <= limits.words && part.to - open.from <= limits.length;
    if (!fits && open.to > open.from) ends.push(open.to);
    open = fits ? { from: open.from, to: part.to, words } : part;
  };
  for (const { segment, index } of SENTENCES.segment(text)) {
    const words = countWords(segment);
    if (words <= limits.words && segment.length <= limits.length) {
      add({ from: index, to: index + segment.length, words });
    } else {
      for (const part of cutSentence(segment, index, limits)) add(part);
    }
  }
  if (open.to > open.from) ends.push(open.to);
  return ends;
};
