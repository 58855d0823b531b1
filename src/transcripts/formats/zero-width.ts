import { evenSpaces } from './spaces.ts';

const ZERO_WIDTH = /[\u200B-\u200D\uFEFF]/g;
// The other two join and part letters in Persian, in Indic scripts and in emoji.
const MEANINGLESS = /[\u200B\uFEFF]/g;

/** Text on one line, without the zero-width spaces with which YouTube's captions are animated. */
export const toPlainLine = (text: string): string =>
  evenSpaces(text.replace(MEANINGLESS, '')).trim();

/** Whether two texts differ in nothing but zero-width characters and white space. */
export const looksTheSame = (a: string, b: string): boolean => visible(a) === visible(b);

/** Whether there is a zero-width character in a text. */
export const isAnimated = (text: string): boolean => text.search(ZERO_WIDTH) !== -1;

const visible = (text: string): string => evenSpaces(text.replace(ZERO_WIDTH, '')).trim();
