import type { Segment, Word } from '../../schemas/segments.ts';
import type { Warnings } from '../warnings.ts';
import { type Fail, type ReadTime, readSpeaker } from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { isTooLong, readWord } from './json-words.ts';
import { createTimeOrder } from './time-order.ts';

/** A pause in ms after which a new segment begins; the same that chunks prefer to be cut at. */
const LONGEST_PAUSE_MS = 700;
/** Where nothing ends a sentence, a segment ends all the same. */
const MOST_WORDS = 60;

const SENTENCE_END = /[.?!…。？！]["'”’»)\]]*$/;
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Joins words with spaces, except between characters that are written without. */
const joinWords = (words: readonly Word[]): string => {
  let text = '';
  for (const word of words) {
    const together =
      text === '' || (IDEOGRAPH.test(text.slice(-1)) && IDEOGRAPH.test(word.text.slice(0, 1)));
    text += together ? word.text : ` ${word.text}`;
  }
  return text;
};

const meanConfidence = (words: readonly Word[]): number | null => {
  const known = words.flatMap(({ confidence }) => confidence ?? []);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
};

/**
 * Makes segments of a list of words, for recognisers that give nothing else. A segment ends with a
 * sentence, before another speaker, before a pause of more than 700 ms, and after 60 words.
 *
 * @param emit Takes each segment when it is complete.
 */
export const createWordGroups = (
  readTime: ReadTime,
  warnings: Warnings,
  emit: (segment: Segment & { startMs: number; endMs: number }) => void,
) => {
  let words: Word[] = [];
  let open: string | null = null;
  let before = 0;
  let checkOrder = createTimeOrder();
  const endGroup = (): void => {
    const [first] = words;
    if (!first) return;
    const tooLong = words.filter(({ text }) => isTooLong(text, warnings)).length > 0;
    emit({
      startMs: words.reduce((start, word) => Math.min(start, word.startMs), first.startMs),
      endMs: words.reduce((end, word) => Math.max(end, word.endMs), first.endMs),
      speaker: open,
      text: joinWords(words),
      words: tooLong ? null : words,
      confidence: meanConfidence(words),
    });
    words = [];
  };
  const ends = (next: Word, speaker: string | null): boolean => {
    const last = words.at(-1);
    if (!last) return false;
    if (speaker !== open || words.length >= MOST_WORDS) return true;
    // Words that go back in time are somebody else's.
    if (Math.abs(next.startMs - last.endMs) > LONGEST_PAUSE_MS) return true;
    return SENTENCE_END.test(last.text.slice(-8));
  };
  return {
    /** Reads the next element of the list. */
    add(value: unknown, fail: Fail): void {
      const speaker = isRecord(value) ? readSpeaker(value.speaker, fail) : null;
      const context = { readTime, startMs: before, speaker, fail, warnings };
      const word = readWord(value, before, context);
      if (!word) return;
      if (checkOrder(word, fail)) warnings.add('words_out_of_order', null);
      if (ends(word, speaker)) endGroup();
      open = speaker;
      before = word.endMs;
      words.push(word);
    },
    /** Ends the last segment, and the list: the times of the next one may begin anew. */
    flush(): void {
      endGroup();
      before = 0;
      checkOrder = createTimeOrder();
    },
  };
};
