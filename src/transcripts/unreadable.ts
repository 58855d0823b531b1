import { AppError } from '../errors.ts';

/**
 * The error for a file that cannot be read.
 *
 * @param line The line of the file at fault, counted from 1.
 * @param message What is wrong there, as a clause without a full stop.
 */
export const unreadableLine = (line: number, message: string): AppError =>
  new AppError('unreadable_transcript', `Line ${line} could not be read: ${message}.`, {
    errors: [{ path: 'text', message: `line ${line}: ${message}`, line }],
  });

/**
 * The error for a list of segments that cannot be kept.
 *
 * @param path A JSON pointer to the value at fault, such as `/segments/3/endMs`.
 * @param message What is wrong there, as a clause without a full stop.
 */
export const unreadableValue = (path: string, message: string): AppError =>
  new AppError('unreadable_transcript', `${path} could not be read: ${message}.`, {
    errors: [{ path, message }],
  });

const QUOTED_LENGTH = 60;

/** Quotes input in a message; long input is cut, so that an error stays readable. */
export const quoted = (text: string): string => {
  const short = text.trim().slice(0, QUOTED_LENGTH).toWellFormed();
  return `"${short}${text.trim().length > QUOTED_LENGTH ? '…' : ''}"`;
};

/** The line, counted from 1, on which the character at `offset` stands. */
export const lineAt = (text: string, offset: number): number => {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
};
