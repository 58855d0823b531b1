import { comparedWords, repeatedRun, wordKeys } from './repeated-run.ts';

/** A line of a caption as plain text; `timed` where words in it have times of their own. */
export type CaptionLine = { text: string; timed: boolean };

/** A caption as it stands in a file, with its blank lines. Times are in ms, `line` is its place. */
export type Caption = { startMs: number; endMs: number; line: number; lines: CaptionLine[] };

/** Where something begins in a caption: `offset` is in UTF-16 units of the line. */
export type Place = { line: number; offset: number };

/**
 * What is seen of a caption while it is shown, in the form in which captions are compared. Most
 * captions are told apart by their times, so that words are only looked for when they are asked for.
 */
export type CaptionWindow = {
  startMs: number;
  endMs: number;
  /** The lines that are not blank, as they are compared. */
  lines: () => readonly string[];
  /** Where each of them stands in the caption. */
  lineNumbers: readonly number[];
  /** The words, as they are compared. */
  words: () => readonly string[];
  /** Where each of them stands. */
  places: () => Place[];
  /** How many lines stand above the first whose words have times. */
  untimedLines: number;
  /** Whether the screen was cleared: a blank line on top, and what is new below. */
  cleared: boolean;
};

/** YouTube holds a line for 10 ms; 42 ms is one frame of film, and no caption can be read in it. */
const HOLD_MS = 50;

/**
 * How far two captions may be apart and still touch: a hold cue of 10 ms may be gone between them,
 * and each of the times may be rounded to a frame.
 */
export const TOUCH_MS = 100;

/** Two lines have some 80 characters; what is much longer does not roll, and is not compared. */
const LONGEST_CAPTION = 2_000;

const onceAsked = <T>(find: () => T): (() => T) => {
  let found: T | undefined;
  return () => {
    found ??= find();
    return found;
  };
};

/** Prepares a caption to be compared; undefined where there is nothing to compare. */
export const toWindow = ({ startMs, endMs, lines }: Caption): CaptionWindow | undefined => {
  const length = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
  const shown = lines.flatMap((line, at) => (line.text.trim() === '' ? [] : [{ ...line, at }]));
  if (shown.length === 0 || length > LONGEST_CAPTION) return undefined;
  const keys = onceAsked(() => shown.map(({ text }) => wordKeys(text)));
  const timed = shown.findIndex((line) => line.timed);
  return {
    startMs,
    endMs,
    // A line without words is compared by its signs: `♪`.
    lines: onceAsked(() => shown.map(({ text }, index) => keys()[index]?.join(' ') || text.trim())),
    lineNumbers: shown.map(({ at }) => at),
    words: onceAsked(() => keys().flat()),
    places: () =>
      shown.flatMap(({ text, at }) =>
        comparedWords(text).map(({ offset }) => ({ line: at, offset })),
      ),
    untimedLines: timed === -1 ? shown.length : timed,
    cleared: shown[0]?.at !== 0,
  };
};

/** Whether one caption follows the other without a pause, or before the other has gone. */
export const touches = (before: CaptionWindow, now: CaptionWindow): boolean =>
  now.startMs <= before.endMs + TOUCH_MS;

/** How many of the first lines were the last ones of the caption before; never a timed line. */
export const carriedLines = (before: CaptionWindow, now: CaptionWindow): number =>
  repeatedRun(before.lines(), now.lines().slice(0, now.untimedLines));

/** Whether no line has words with times of their own. */
export const isUntimed = (window: CaptionWindow): boolean =>
  window.untimedLines === window.lineNumbers.length;

/** Whether a caption only holds, for an instant, what the longer one before has shown. */
export const isHold = (before: CaptionWindow, now: CaptionWindow): boolean => {
  const length = now.endMs - now.startMs;
  if (length === 0 || length > HOLD_MS || length >= before.endMs - before.startMs) return false;
  if (!isUntimed(now) || !touches(before, now)) return false;
  if (carriedLines(before, now) === now.lineNumbers.length) return true;
  // Where lines were joined, the line that is held is the end of the one before.
  const words = now.words();
  return words.length > 0 && repeatedRun(before.words(), words) === words.length;
};
