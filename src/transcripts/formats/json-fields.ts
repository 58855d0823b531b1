import { findUnstorable } from '../../storable.ts';
import { storableProbability } from '../confidence.ts';
import { MAX_MS } from '../limits.ts';
import { normaliseNewlines } from '../newlines.ts';
import { cleanSpeaker } from '../speakers.ts';

/** Raises the error for a value: `name` is its path below the element, such as `/words/2/start`. */
export type Fail = (name: string, message: string) => never;

/** Reads a time in the unit of a format, as whole milliseconds. */
export type ReadTime = (value: unknown, name: string, fail: Fail) => number;

const createReadTime =
  (unit: string, unitMs: number): ReadTime =>
  (value, name, fail) => {
    if (typeof value !== 'number') return fail(name, `is not a number of ${unit}`);
    const ms = Math.round(value * unitMs);
    if (!(ms >= 0 && ms <= MAX_MS)) {
      return fail(name, `is ${value} ${unit}, outside 0 to ${MAX_MS / unitMs}`);
    }
    // Not -0, which JSON can spell.
    return ms + 0;
  };

export const readSeconds = createReadTime('s', 1_000);
export const readMilliseconds = createReadTime('ms', 1);

export const isMissing = (value: unknown): value is null | undefined =>
  value === undefined || value === null;

/** A trimmed string with LF newlines. */
export const readString = (value: unknown, name: string, fail: Fail): string => {
  if (typeof value !== 'string') return fail(name, 'is not a string');
  const unstorable = findUnstorable(value);
  if (unstorable) return fail(name, `cannot be stored: ${unstorable.message}`);
  return normaliseNewlines(value).trim();
};

/** A speaker's label; a bare number, which is no name, becomes `Speaker 1`. Null for nobody. */
export const readSpeaker = (value: unknown, fail: Fail): string | null => {
  if (isMissing(value)) return null;
  const label = readString(isFiniteNumber(value) ? `${value}` : value, '/speaker', fail);
  return cleanSpeaker(/^\d+$/.test(label) ? `Speaker ${label}` : label);
};

/** Whether a value is a number that can be kept: JSON can spell 1e400, which is Infinity. */
export const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

/** The first of these that is a finite number, clamped into 0 to 1; null when none is. */
export const readProbability = (...values: unknown[]): number | null => {
  const found = values.find(isFiniteNumber);
  return found === undefined ? null : storableProbability(Math.min(1, found));
};

/** What ends before it starts is a mistake, and not a segment. */
export const checkEnd = (startMs: number, endMs: number, fail: Fail): void => {
  if (endMs < startMs) fail('/end', `is ${endMs} ms, before the start at ${startMs} ms`);
};
