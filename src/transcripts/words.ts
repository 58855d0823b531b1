// Classes of UTF-16 units, remembered in a table: a regular expression per character would make
// counting the slowest part of an import.
const UNKNOWN = 0;
const SPACE = 1;
const LETTER = 2;
const IDEOGRAPH = 3;
const OTHER = 4;
const classes = new Uint8Array(0x1_0000);

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;

const classify = (character: string): number => {
  if (/\s/u.test(character)) return SPACE;
  if (IDEOGRAPHS.test(character)) return IDEOGRAPH;
  return /[\p{L}\p{N}]/u.test(character) ? LETTER : OTHER;
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

const classAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  if (isHighSurrogate(unit)) return classify(text.slice(at, at + 2));
  let known = classes[unit] ?? UNKNOWN;
  if (known === UNKNOWN) {
    known = classify(String.fromCharCode(unit));
    classes[unit] = known;
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
    const kind = classAt(text, at);
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
    if (isHighSurrogate(text.charCodeAt(at))) at += 1;
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
