import { MAX_LINES } from '../limits.ts';
import { unreadableLine } from '../unreadable.ts';

/** Reads a text line by line, without an array of them. */
export const createLineReader = (text: string) => {
  let offset = 0;
  let number = 0;
  let current: string | undefined;
  return {
    /**
     * The next line without its newline, or undefined behind the last one.
     *
     * @throws AppError `unreadable_transcript` behind line 1,000,000.
     */
    next(): string | undefined {
      if (offset > text.length) {
        current = undefined;
        return undefined;
      }
      const found = text.indexOf('\n', offset);
      const end = found === -1 ? text.length : found;
      current = text.slice(offset, end);
      offset = end + 1;
      number += 1;
      if (number > MAX_LINES)
        throw unreadableLine(number, `there are more than ${MAX_LINES} lines`);
      return current;
    },
    /** The line that `next` returned last. */
    current: (): string | undefined => current,
    /** Its number, counted from 1. */
    number: (): number => number,
  };
};

export type LineReader = ReturnType<typeof createLineReader>;
