import { invalidJson } from './json-scan.ts';
import { checkBrackets, mistakeOffset } from './json-values.ts';

/** How much text is parsed at once. Small, so that what is parsed for nothing is soon forgotten. */
export const PARSED_AT_ONCE = 65_536;

/**
 * Parses the values between two offsets of a JSON text, with the commas between them.
 *
 * @throws AppError `unreadable_transcript` with the line of the mistake.
 */
export const parseValues = (text: string, from: number, end: number): unknown[] => {
  if (end - from > PARSED_AT_ONCE) checkBrackets(text, from, end);
  const json = `[${text.slice(from, end)}]`;
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch (error) {
    // Only JSON.parse is inside, and it throws nothing but SyntaxError.
    const message = error instanceof Error ? error.message : '';
    const offset = from + mistakeOffset(json, message) - 1;
    throw invalidJson(text, Math.min(Math.max(offset, from), end));
  }
  return Array.isArray(values) ? values : [];
};
