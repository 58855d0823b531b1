/** A word as it is compared, and where it stands: `from` to `to` (excluded), in UTF-16 units. */
export type PlacedWord = { word: string; from: number; to: number };

// Han and kana are written without spaces: each character is compared by itself.
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]]+/gv;

/** The words of a text, as they are the same whatever the case, the spaces and the punctuation. */
export const placeWords = (text: string): PlacedWord[] =>
  [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    word: word.normalize('NFKC').toLowerCase(),
    from: index,
    to: index + word.length,
  }));
