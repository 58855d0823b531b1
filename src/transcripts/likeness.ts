/** Longer texts are not compared: it takes time of both lengths multiplied. */
const MOST_CHARACTERS = 8_000;

/**
 * How much two texts have in common, letter by letter: 1 less the Levenshtein distance
 * (https://en.wikipedia.org/wiki/Levenshtein_distance) as a share of the longer one. Case,
 * punctuation and spaces do not count.
 *
 * @returns 0 to 1; 0 for texts that are too long to be compared and not the same
 */
export function likeness(one: string, other: string): number {
  const [a, b] = [lettersOf(one), lettersOf(other)];
  const longer = Math.max(a.length, b.length);
  if (longer === 0 || a === b) return 1;
  if (longer > MOST_CHARACTERS) return 0;
  return 1 - distance(a, b) / longer;
}

const lettersOf = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '');

function distance(a: string, b: string): number {
  let row = Uint16Array.from({ length: b.length + 1 }, (_, index) => index);
  let next = new Uint16Array(b.length + 1);
  for (let i = 0; i < a.length; i += 1) {
    next[0] = i + 1;
    for (let j = 0; j < b.length; j += 1) {
      const exchanged = (row[j] ?? 0) + Number(a.charCodeAt(i) !== b.charCodeAt(j));
      next[j + 1] = Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1);
    }
    [row, next] = [next, row];
  }
  return row[b.length] ?? 0;
}
