/**
 * Whether a word may be a misspelling of another: one edit apart up to five letters, two above.
 * Four fifths of misspellings are one edit (Damerau 1964, https://doi.org/10.1145/363958.363994);
 * the lengths are those of Lucene's and Elasticsearch's automatic fuzziness.
 */
export function mayBeMisspelt(word: string, meant: string): boolean {
  const letters = [...word];
  return edits(letters, [...meant]) <= (letters.length > 5 ? 2 : 1);
}

/** How many letters to insert, remove, replace or swap with the next: optimal string alignment. */
function edits(from: readonly string[], to: readonly string[]): number {
  let older: number[] = [];
  let last = [0, ...to.map((_, index) => index + 1)];
  for (const [row, letter] of from.entries()) {
    const current = [row + 1];
    for (const [column, other] of to.entries()) {
      const replaced = (last[column] ?? 0) + (letter === other ? 0 : 1);
      const moved = Math.min(last[column + 1] ?? 0, current[column] ?? 0) + 1;
      const swaps = column > 0 && letter === to[column - 1] && from[row - 1] === other;
      const swapped = swaps ? (older[column - 1] ?? 0) + 1 : replaced;
      current.push(Math.min(replaced, moved, swapped));
    }
    older = last;
    last = current;
  }
  return last.at(-1) ?? 0;
}
