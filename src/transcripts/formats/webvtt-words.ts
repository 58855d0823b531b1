import type { Word } from '../../schemas/segments.ts';
import { MAX_WORD_LENGTH } from '../limits.ts';
import type { Warnings } from '../warnings.ts';
import { parseTimestamp, type TimeRange } from './timestamps.ts';
import { withoutMarkup } from './webvtt-voices.ts';

const TIME = /<([\d:.,]{1,20})>/g;

/** Text behind a time. It is `marked` when the time stands in front of it, and is not an older one. */
type Piece = { part: number; text: string; startMs: number; marked: boolean };

/** A time inside a cue, in ms, and where it stands in the markup. */
type InlineTime = { ms: number; from: number; to: number };

function* inlineTimes(markup: string): Generator<InlineTime> {
  for (const match of markup.matchAll(TIME)) {
    const ms = parseTimestamp(match[1] ?? '');
    if (ms !== undefined) yield { ms, from: match.index, to: match.index + match[0].length };
  }
}

/** Whether there is a time inside the markup. */
export const hasInlineTime = (markup: string): boolean =>
  // Most lines have no tag at all, and a file may have many lines.
  markup.includes('<') && inlineTimes(markup).next().done === false;

const cutAtTimes = (
  parts: readonly string[],
  times: readonly InlineTime[][],
  cueStartMs: number,
): Piece[] => {
  const pieces: Piece[] = [];
  let startMs = cueStartMs;
  for (const [part, markup] of parts.entries()) {
    let from = 0;
    let marked = false;
    const add = (to?: number) => {
      // What stands on two lines is two words at least; how they share their time is not known.
      for (const text of withoutMarkup(markup.slice(from, to)).split('\n')) {
        pieces.push({ part, text, startMs, marked });
        marked = false;
      }
    };
    for (const time of times[part] ?? []) {
      add(time.from);
      ({ ms: startMs, to: from } = time);
      marked = true;
    }
    add();
  }
  return pieces;
};

const toWords = (pieces: readonly Piece[], cueEndMs: number): (Word & { part: number })[] => {
  const words: (Word & { part: number })[] = [];
  let endMs = cueEndMs;
  for (const { part, text, startMs, marked } of pieces.toReversed()) {
    if (text !== '') words.push({ part, text, startMs, endMs, confidence: null });
    if (marked) endMs = startMs;
  }
  return words.reverse();
};

const areUsable = (times: readonly number[], { startMs, endMs }: TimeRange): boolean =>
  times.every((ms, index) => ms >= (times[index - 1] ?? startMs) && ms <= endMs);

/**
 * Reads the words of a cue that have times inside it (`<00:00:01.040>`): what stands between two
 * times is a word, even where it is a phrase, since no finer time is known. What stands in front of
 * the first starts with the cue; a word ends at the next time, the last one with the cue.
 *
 * @param parts The markup of each voice of the cue.
 * @param line Where the cue stands, for the warning when its times cannot be used.
 * @returns The words of each part; null for one without times of its own.
 */
export const readCueWords = (
  parts: readonly string[],
  range: TimeRange,
  line: number,
  warnings: Warnings,
): (Word[] | null)[] => {
  const times = parts.map((markup) => [...inlineTimes(markup)]);
  const all = times.flatMap((own) => own.map(({ ms }) => ms));
  if (all.length === 0) return parts.map(() => null);
  if (!areUsable(all, range)) {
    warnings.add('word_times_ignored', line);
    return parts.map(() => null);
  }
  const words = parts.map((): Word[] => []);
  for (const { part, ...word } of toWords(cutAtTimes(parts, times, range.startMs), range.endMs)) {
    words[part]?.push(word);
  }
  return words.map((own, part) => {
    if (times[part]?.length === 0 || own.length === 0) return null;
    if (own.every(({ text }) => text.length <= MAX_WORD_LENGTH)) return own;
    warnings.add('words_dropped', line);
    return null;
  });
};
