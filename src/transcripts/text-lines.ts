const joinLines = (text: string, separator: string): string => {
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed !== '') kept.push(trimmed);
  }
  return kept.join(separator);
};

/** Trims every line and drops the blank ones, which would end a cue for a reader of captions. */
export const withoutBlankLines = (text: string): string => joinLines(text, '\n');

/** Puts text on one line. In linear time, which a pattern of white space around a newline is not for a long run of spaces. */
export const onOneLine = (text: string): string => joinLines(text, ' ');
