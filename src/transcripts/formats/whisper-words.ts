import type { Word } from '../../schemas/segments.ts';
import type { Warnings } from '../warnings.ts';
import { isRecord } from './json-values.ts';
import { type Fail, readProbability, readSeconds, readString } from './whisper-values.ts';

// The longest word the segment schema takes, in UTF-16 units.
const LONGEST_WORD = 1_000;

const isMissing = (value: unknown): boolean => value === undefined || value === null;

/**
 * Reads the words of a segment. WhisperX leaves out the times of words it could not align (numbers,
 * mostly): such a word stands at the end of the one before it, with a warning.
 *
 * @param startMs Where the segment starts, for a first word without times.
 * @returns null when there are none, or when one is too long to be kept.
 */
export const readWords = (
  value: unknown,
  startMs: number,
  fail: Fail,
  warnings: Warnings,
): Word[] | null => {
  if (isMissing(value)) return null;
  if (!Array.isArray(value)) return fail('/words', 'is not a list');
  const words: Word[] = [];
  let before = startMs;
  for (const [index, item] of value.entries()) {
    const name = `/words/${index}`;
    if (!isRecord(item)) return fail(name, 'is not an object');
    const text = readString(item.word ?? item.text, `${name}/word`, fail);
    if (text === '') continue;
    if (text.length > LONGEST_WORD) {
      warnings.add('words_dropped', null);
      return null;
    }
    const { start, end } = item;
    const from = isMissing(start) ? before : readSeconds(start, `${name}/start`, fail);
    const to = isMissing(end) ? from : readSeconds(end, `${name}/end`, fail);
    if (isMissing(start) || isMissing(end) || to < from) warnings.add('word_times_repaired', null);
    before = Math.max(from, to);
    const confidence = readProbability(item.probability, item.score, item.confidence);
    words.push({ text, startMs: from, endMs: before, confidence });
  }
  return words.length === 0 ? null : words;
};
