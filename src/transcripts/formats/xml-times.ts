import { MAX_MS } from '../limits.ts';
import { quoted, unreadableLine } from '../unreadable.ts';

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
  const ms = /^\s*\d{1,15}(?:\.\d*)?\s*$/.test(value ?? '') ? Number(value) * unitMs : Number.NaN;
  if (ms <= MAX_MS) return Math.round(ms);
  const found = value === undefined ? 'nothing' : quoted(value);
  throw unreadableLine(line, `expected a time in the attribute "${name}", found ${found}`);
};
