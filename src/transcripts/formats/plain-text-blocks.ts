import { createLineReader } from './lines.ts';

/** A line of text, trimmed; `paragraph` counts the paragraphs it and its neighbours are in. */
export type TextLine = { text: string; line: number; paragraph: number };

/** The lines that are not blank. */
export function* eachTextLine(text: string): Generator<TextLine> {
  const reader = createLineReader(text);
  let paragraph = 0;
  let blank = false;
  let isFirst = true;
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const trimmed = line.trim();
    if (trimmed === '') {
      blank = true;
      continue;
    }
    if (blank && !isFirst) paragraph += 1;
    blank = false;
    isFirst = false;
    yield { text: trimmed, line: reader.number(), paragraph };
  }
}

// Above this many lines per paragraph, blank lines only set off a title or a chapter.
const LONGEST_PARAGRAPH = 8;

/** Whether blank lines separate what is said, so that a paragraph is the unit and not a line. */
export const hasParagraphs = (lines: readonly TextLine[]): boolean => {
  const paragraphs = (lines.at(-1)?.paragraph ?? 0) + 1;
  return paragraphs > 1 && lines.length <= paragraphs * LONGEST_PARAGRAPH;
};
