/** What may be sent of a text; `isStopped` once a stop was found, before which it ends. */
type Passed = { text: string; isStopped: boolean };

/**
 * Ends a text before the first of its stops, however the text is cut into pieces. Of two, the one
 * that is complete first counts. What may yet become a stop is held back.
 *
 * @param stops none of them empty
 */
export function createStopFilter(stops: readonly string[]) {
  let held = '';
  return {
    push(piece: string): Passed {
      const text = held + piece;
      const found = stops
        .map((stop) => ({ from: text.indexOf(stop), length: stop.length }))
        .filter(({ from }) => from >= 0)
        .toSorted((a, b) => a.from + a.length - (b.from + b.length) || a.from - b.from)[0];
      held = '';
      if (found) return { text: text.slice(0, found.from), isStopped: true };
      const safe = text.length - Math.max(0, ...stops.map((stop) => beginningAtEnd(text, stop)));
      held = text.slice(safe);
      return { text: text.slice(0, safe), isStopped: false };
    },
    /** What is held back, where nothing follows that a stop could be made of. */
    flush(): string {
      const text = held;
      held = '';
      return text;
    },
  };
}

/** The length of the longest beginning of `stop` that `text` ends with. */
function beginningAtEnd(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
