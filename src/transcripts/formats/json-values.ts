import { lineAt, unreadableLine } from '../unreadable.ts';

const OPENING_BRACKET = '['.charCodeAt(0);
const OPENING_BRACE = '{'.charCodeAt(0);

/** Whether a value is a JSON object, whose members can then be asked for. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// V8 quotes ten characters on either side of a token it did not expect, instead of its position.
const CONTEXT_LENGTH = 10;
const CONTEXT = /^Unexpected token '(.+?)', (\.\.\.)?"(.+)"(?:\.\.\.)? is not valid JSON$/su;

/** The offset of the mistake that a message of V8's JSON.parse is about, as near as it says. */
export const mistakeOffset = (text: string, message: string): number => {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  if (message.includes('end of JSON')) return text.length;
  const [, token = '', ellipsis, context = ''] = CONTEXT.exec(message) ?? [];
  return text.indexOf(context) + (ellipsis ? CONTEXT_LENGTH : context.indexOf(token));
};

// Far more objects than 64 MiB of words with times can hold. A file of nothing but brackets would
// keep JSON.parse busy for seconds.
const MAX_BRACKETS = 2_000_000;

/** Refuses a part of a text with more lists and objects than any transcript has. */
export const checkBrackets = (text: string, from: number, end: number): void => {
  let brackets = 0;
  for (let at = from; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === OPENING_BRACKET || unit === OPENING_BRACE) brackets += 1;
  }
  if (brackets <= MAX_BRACKETS) return;
  throw unreadableLine(
    lineAt(text, from),
    `there are more than ${MAX_BRACKETS} lists and objects in this JSON`,
  );
};
