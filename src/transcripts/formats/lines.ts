/**
 * Reads a text line by line without an array of them: 64 MiB of newlines would make one of half a
 * gigabyte.
 */
export const createLineReader = (text: string) => {
  let offset = 0;
  let number = 0;
  let current: string | undefined;
  return {
    /** The next line without its newline, or undefined behind the last one. */
    next(): string | undefined {
      if (offset > text.length) {
        current = undefined;
        return undefined;
      }
      // Runs of newlines are common in damaged files, and far cheaper to see than to search for.
      const blank = text.charCodeAt(offset) === 10;
      const found = blank ? offset : text.indexOf('\n', offset);
      const end = found === -1 ? text.length : found;
      current = blank ? '' : text.slice(offset, end);
      offset = end + 1;
      number += 1;
      return current;
    },
    /** The line that `next` returned last. */
    current: (): string | undefined => current,
    /** Its number, counted from 1. */
    number: (): number => number,
  };
};

export type LineReader = ReturnType<typeof createLineReader>;

/** Joins lines, trimmed, without the blank ones: the form in which the text of a cue is kept. */
export const joinLines = (lines: Iterable<string>): string => {
  const kept: string[] = [];
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed !== '') kept.push(trimmed);
  }
  return kept.join('\n');
};

/** The text of a cue as it is written: no blank line, which would end the cue for a reader. */
export const withoutBlankLines = (text: string): string => joinLines(text.split('\n'));
