import type { Steps } from '../steps.ts';
import { lineAt, unreadableLine } from '../unreadable.ts';

export const COMMA = 0x2c;
export const COLON = 0x3a;
export const QUOTE = 0x22;
export const OPENING_BRACKET = 0x5b;
export const CLOSING_BRACKET = 0x5d;
export const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** The error for JSON that breaks a rule at `offset`. */
export const invalidJson = (text: string, offset: number, why = 'this is not valid JSON') =>
  unreadableLine(lineAt(text, offset), why);

/** The offset of the first character from `from` on that is no white space. */
export const skipSpace = (text: string, from: number): number => {
  let at = from;
  for (let unit = text.charCodeAt(at); unit <= SPACE; unit = text.charCodeAt(at)) {
    if (unit !== SPACE && unit !== 0x0a && unit !== 0x09) break;
    at += 1;
  }
  return at;
};

/** The offset behind the string whose opening quotation mark is at `from`. */
export const stringEnd = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    if (unit === BACKSLASH) at += 1;
  }
  throw invalidJson(text, text.length);
};

/**
 * The offset of the comma or the closing bracket behind the value that begins at `from`. It only
 * counts brackets: whether what lies between is a value is for JSON.parse to say.
 *
 * @throws AppError `unreadable_transcript` where the text ends before the value does.
 */
export const valueEnd = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = stringEnd(text, at) - 1;
    } else if (unit === OPENING_BRACE || unit === OPENING_BRACKET) {
      depth += 1;
    } else if (unit === CLOSING_BRACE || unit === CLOSING_BRACKET) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (unit === COMMA && depth === 0) {
      return at;
    }
  }
  throw invalidJson(text, text.length);
};

/** Members and elements that are passed over in a step. */
const STEP = 16;

/** The same for a value that may be most of the text: a list or an object is passed piece by piece. */
export function* farEnd(text: string, from: number): Steps<number> {
  const unit = text.charCodeAt(from);
  if (unit !== OPENING_BRACE && unit !== OPENING_BRACKET) return valueEnd(text, from);
  let at = valueEnd(text, from + 1);
  for (let index = 1; text.charCodeAt(at) === COMMA; index += 1) {
    if (index % STEP === 0) yield;
    at = valueEnd(text, at + 1);
  }
  return valueEnd(text, at + 1);
}
