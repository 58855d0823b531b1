import { MAX_MS } from '../limits.ts';
import { quoted, unreadableLine } from '../unreadable.ts';

// Enough for every time of a video, and few enough to need no other check.
const MOST_DIGITS = 9;

/** The value of a few digits, without the search that a pattern makes; else NaN. */
const wholeNumber = (text: string): number => {
  if (text === '' || text.length > MOST_DIGITS) return Number.NaN;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

const decimalNumber = (text: string): number => {
  const whole = wholeNumber(text);
  if (!Number.isNaN(whole)) return whole;
  return /^\s*\d{1,15}(?:\.\d*)?\s*$/.test(text) ? Number(text) : Number.NaN;
};

/**
 * A decimal number of an attribute, in ms.
 *
 * @param unitMs How many ms a unit is.
 * @throws AppError `unreadable_transcript` with the line.
 */
export const readDecimal = (
  value: string | undefined,
  name: string,
  unitMs: number,
  line: number,
): number => {
  const ms = decimalNumber(value ?? '') * unitMs;
  if (ms <= MAX_MS) return Math.round(ms);
  const found = value === undefined ? 'nothing' : quoted(value);
  throw unreadableLine(line, `expected a time in the attribute "${name}", found ${found}`);
};
