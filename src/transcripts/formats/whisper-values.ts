import { MAX_MS } from '../limits.ts';
import { normaliseNewlines } from '../newlines.ts';
import { findUnstorable } from '../storable.ts';

/** Raises the error for a value: `name` is its path below the segment, such as `/words/2/start`. */
export type Fail = (name: string, message: string) => never;

/** Seconds, as Whisper writes them, in whole milliseconds. */
export const readSeconds = (value: unknown, name: string, fail: Fail): number => {
  if (typeof value !== 'number') return fail(name, 'is not a number of seconds');
  const ms = Math.round(value * 1000);
  if (!(ms >= 0 && ms <= MAX_MS)) return fail(name, `is ${value} s, outside 0 to ${MAX_MS / 1000}`);
  // Not -0, which JSON can spell.
  return ms + 0;
};

/** A trimmed string with LF newlines. */
export const readString = (value: unknown, name: string, fail: Fail): string => {
  if (typeof value !== 'string') return fail(name, 'is not a string');
  const unstorable = findUnstorable(value);
  if (unstorable) return fail(name, `cannot be stored: ${unstorable.message}`);
  return normaliseNewlines(value).trim();
};

/** The first of these that is a number, clamped into 0 to 1; null when none is. */
export const readProbability = (...values: unknown[]): number | null => {
  const found = values.find((value) => typeof value === 'number');
  return found === undefined ? null : Math.min(1, Math.max(0, found));
};
