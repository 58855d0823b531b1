/** A run of characters or of words, `end` excluded. */
export type Span = { start: number; end: number };

/** Where the words of a text are: runs without white space, in characters. */
export function wordSpans(text: string): Span[] {
  return Array.from(text.matchAll(/\S+/g), ({ index, 0: word }) => ({
    start: index,
    end: index + word.length,
  }));
}

/** The words that a span of characters touches, as a span of words. */
export function toWords(words: readonly Span[], { start, end }: Span): Span {
  return { start: firstAfter(words, start), end: firstFrom(words, end) };
}

/** The index of the first word that ends after `at`. */
function firstAfter(words: readonly Span[], at: number): number {
  return bisect(words.length, (index) => (words[index]?.end ?? 0) > at);
}

/** The index of the first word that starts at `at` or later. */
function firstFrom(words: readonly Span[], at: number): number {
  return bisect(words.length, (index) => (words[index]?.start ?? 0) >= at);
}

/** The first index below `length` that `holds`, where all later ones do too; else `length`. */
function bisect(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Spans in order, those that touch joined. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) merged.push({ start, end });
  }
  return merged;
}

/** How much spans cover, each place once. */
export function sizeOf(spans: readonly Span[]): number {
  return union(spans).reduce((size, { start, end }) => size + end - start, 0);
}

/** How much two lists of spans share. */
export function sharedSize(a: readonly Span[], b: readonly Span[]): number {
  return sizeOf(a) + sizeOf(b) - sizeOf([...a, ...b]);
}
