// Not simply `\s+`: to replace a space by a space makes a chain of two strings, and chains for a
// whole file take a gigabyte.
const UNEVEN = / \s+|[^\S ]\s*/g;

/** Makes one space of every run of white space. */
export const evenSpaces = (text: string): string => text.replace(UNEVEN, ' ');
