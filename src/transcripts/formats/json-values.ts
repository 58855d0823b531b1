import { lineAt, unreadableLine } from '../unreadable.ts';

/** Whether a value is a JSON object, whose members can then be asked for. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a message of V8 says the mistake is; it says so in one of three ways, or not at all. */
const mistakeLine = (text: string, message: string): number => {
  const line = /\(line (\d+) column/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  return /end of JSON/.test(message) ? lineAt(text, text.length) : 1;
};

/**
 * Parses JSON.
 *
 * @throws AppError `unreadable_transcript` with the line of the mistake.
 */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Only JSON.parse is inside, and it throws nothing but SyntaxError.
    const message = error instanceof Error ? error.message : '';
    throw unreadableLine(mistakeLine(text, message), 'this is not valid JSON');
  }
};
