import type { Word } from '../../schemas/segments.ts';
import type { Warnings } from '../warnings.ts';
import {
  type Fail,
  isMissing,
  type ReadTime,
  readProbability,
  readSpeaker,
  readString,
} from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { createTimeOrder } from './time-order.ts';

/** What is around a list of words. */
export type WordContext = {
  /** Reads times in the unit of the format. */
  readTime: ReadTime;
  /** Where a first word without times stands, in ms. */
  startMs: number;
  /** Whose words these are; a word says its own speaker only where it is another one. */
  speaker: string | null;
  fail: Fail;
  warnings: Warnings;
};

// The longest word the segment schema takes, in UTF-16 units.
const LONGEST_WORD = 1_000;

/** Whether a word is too long to be kept with its own times; then it is told. */
export const isTooLong = (text: string, warnings: Warnings): boolean => {
  if (text.length <= LONGEST_WORD) return false;
  warnings.add('words_dropped', null);
  return true;
};

/** Reads a word under any of the names that recognisers have for its parts; null for a blank one. */
export const readWord = (item: unknown, before: number, context: WordContext): Word | null => {
  const { readTime, fail, warnings } = context;
  if (!isRecord(item)) return fail('', 'is not an object');
  const text = readString(item.punctuated_word ?? item.word ?? item.text, '/word', fail);
  if (text === '') return null;
  const { start, end } = item;
  const startMs = isMissing(start) ? before : readTime(start, '/start', fail);
  const to = isMissing(end) ? startMs : readTime(end, '/end', fail);
  if (isMissing(start) || isMissing(end) || to < startMs) warnings.add('word_times_repaired', null);
  const endMs = Math.max(startMs, to);
  const confidence = readProbability(item.probability, item.score, item.confidence);
  const speaker = readSpeaker(item.speaker, fail);
  return speaker === null || speaker === context.speaker
    ? { text, startMs, endMs, confidence }
    : { text, startMs, endMs, confidence, speaker };
};

/**
 * Reads the words of a segment. WhisperX leaves out the times of words it could not align (numbers,
 * mostly): such a word stands at the end of the one before it, with a warning. Words stay in the order
 * of the text.
 *
 * @returns null when there are none, or when one is too long to be kept.
 */
export const readWords = (value: unknown, context: WordContext): Word[] | null => {
  if (isMissing(value)) return null;
  if (!Array.isArray(value)) return context.fail('/words', 'is not a list');
  const words: Word[] = [];
  let index = 0;
  let before = context.startMs;
  const fail: Fail = (name, message) => context.fail(`/words/${index}${name}`, message);
  const inList = { ...context, fail };
  const checkOrder = createTimeOrder();
  for (; index < value.length; index += 1) {
    const word = readWord(value[index], before, inList);
    if (!word) continue;
    if (checkOrder(word, fail)) context.warnings.add('words_out_of_order', null);
    if (isTooLong(word.text, context.warnings)) return null;
    before = word.endMs;
    words.push(word);
  }
  return words.length === 0 ? null : words;
};
