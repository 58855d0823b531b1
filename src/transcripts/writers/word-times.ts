import type { Word } from '../../schemas/segments.ts';
import { formatTimestamp, type TimeRange } from '../formats/timestamps.ts';

const SPACE = /\s/;

/** The offset behind the next characters of `text` that spell `word`, white space apart. */
const skipWord = (text: string, from: number, word: string): number | undefined => {
  let at = from;
  for (const letter of word) {
    if (SPACE.test(letter)) continue;
    while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
    if (!text.startsWith(letter, at)) return undefined;
    at += letter.length;
  }
  return at;
};

/** Where each word begins in the text; undefined unless the words are the text, white space apart. */
const locateWords = (text: string, words: readonly Word[]): number[] | undefined => {
  const offsets: number[] = [];
  let at = 0;
  for (const word of words) {
    while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
    offsets.push(at);
    const end = skipWord(text, at, word.text);
    if (end === undefined) return undefined;
    at = end;
  }
  return text.slice(at).trim() === '' ? offsets : undefined;
};

/**
 * Puts the time at which a word begins in front of it, `<00:00:01.040>`, where the words are those
 * of the text. WebVTT wants these times to rise, and to lie within the cue without its ends: a word
 * that begins with the cue, or with the word before it, has none.
 *
 * @param toMarkup Makes markup of a piece of text.
 */
export const withWordTimes = (
  text: string,
  words: readonly Word[],
  { startMs, endMs }: TimeRange,
  toMarkup: (text: string) => string,
): string => {
  const offsets = words.length === 0 ? undefined : locateWords(text, words);
  if (!offsets) return toMarkup(text);
  let markup = '';
  let from = 0;
  let latest = startMs;
  for (const [index, word] of words.entries()) {
    const offset = offsets[index] ?? from;
    if (word.startMs <= latest || word.startMs >= endMs) continue;
    latest = word.startMs;
    markup += `${toMarkup(text.slice(from, offset))}<${formatTimestamp(latest, '.')}>`;
    from = offset;
  }
  return markup + toMarkup(text.slice(from));
};
