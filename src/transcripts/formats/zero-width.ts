import { evenSpaces } from './spaces.ts';

const ZERO_WIDTH = /[\u200B-\u200D\uFEFF]/g;
// The other two join and part letters in Persian, in Indic scripts and in emoji.
const MEANINGLESS = /[\u200B\uFEFF]/g;

/** Text on one line, without the zero-width spaces with which YouTube's captions are animated. */
export const toPlainLine = (text: string): string =>
  evenSpaces(text.replace(MEANINGLESS, '')).trim();

/** Whether there is a zero-width character in a text. */
export const isAnimated = (text: string): boolean => text.search(ZERO_WIDTH) !== -1;

/** What is seen of a text: all but zero-width characters and uneven white space. */
export const visible = (text: string): string => evenSpaces(text.replace(ZERO_WIDTH, '')).trim();
