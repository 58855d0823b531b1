// Classes of code points, remembered in a table: a regular expression per character would make
// counting the slowest part of an import.
const UNKNOWN = 0;
const SPACE = 1;
const LETTER = 2;
const IDEOGRAPH = 3;
const OTHER = 4;
const classes = new Uint8Array(0x11_0000);

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;

const classify = (character: string): number => {
  if (/\s/u.test(character)) return SPACE;
  if (IDEOGRAPHS.test(character)) return IDEOGRAPH;
  return /[\p{L}\p{N}]/u.test(character) ? LETTER : OTHER;
};

const classOf = (codePoint: number): number => {
  let known = classes[codePoint] ?? UNKNOWN;
  if (known === UNKNOWN) {
    known = classify(String.fromCodePoint(codePoint));
    classes[codePoint] = known;
  }
  return known;
};

/**
 * Visits the offset (in UTF-16 units) at which each word starts. A word is a run without white
 * space that has a letter or a digit in it; in Han, Hiragana and Katakana, which are written
 * without spaces, every character is a word. Linear in the length of the text.
 */
export const eachWord = (text: string, visit: (start: number) => void): void => {
  let start = -1;
  let counted = false;
  let previous = SPACE;
  for (let at = 0; at < text.length; at += 1) {
    const codePoint = text.codePointAt(at) ?? 0;
    const kind = classOf(codePoint);
    if (kind === IDEOGRAPH) {
      // An opening quotation mark belongs to the word behind it.
      visit(start !== -1 && !counted ? start : at);
      start = -1;
      counted = false;
    } else if (kind === SPACE) {
      start = -1;
      counted = false;
    } else {
      // A full stop after an ideograph starts no word: it ends one.
      if (start === -1 && (kind === LETTER || previous === SPACE)) start = at;
      if (kind === LETTER && !counted) {
        counted = true;
        visit(start);
      }
    }
    previous = kind;
    if (codePoint > 0xffff) at += 1;
  }
};

/** The number of words in a text; see {@link eachWord} for what a word is. */
export const countWords = (text: string): number => {
  let words = 0;
  eachWord(text, () => {
    words += 1;
  });
  return words;
};
