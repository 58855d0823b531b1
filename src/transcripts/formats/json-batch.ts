import { PARSED_AT_ONCE, parseValues } from './json-parse.ts';
import { invalidJson } from './json-scan.ts';

/** Takes an element of a list, with its index and the offset where it begins. */
export type VisitElement = (value: unknown, index: number, offset: number) => void;

/**
 * Gathers neighbouring elements of a list and parses them together: a call of JSON.parse for each
 * would take twice the time.
 *
 * @param visit Left out where the elements are only checked.
 */
export const createBatch = (text: string, visit: VisitElement | undefined) => {
  let places: { from: number; end: number }[] = [];
  let parsed = 0;

  const parseEach = (): unknown[] =>
    places.map(({ from, end }) => {
      const values = parseValues(text, from, end);
      if (values.length !== 1) throw invalidJson(text, from);
      return values[0];
    });

  const parseTogether = (): unknown[] => {
    try {
      const values = parseValues(text, places[0]?.from ?? 0, places.at(-1)?.end ?? 0);
      if (values.length === places.length) return values;
    } catch {
      // Which element it is, and with it the line, is told by parsing each by itself.
    }
    return parseEach();
  };

  const flush = (): void => {
    if (places.length === 0) return;
    const values = parseTogether();
    if (visit) {
      for (const [index, { from }] of places.entries()) visit(values[index], parsed + index, from);
    }
    parsed += places.length;
    places = [];
  };

  return {
    /** Takes the element between two offsets; a comma stands behind it. */
    add(from: number, end: number): void {
      places.push({ from, end });
      if (end - (places[0]?.from ?? from) > PARSED_AT_ONCE) flush();
    },
    /** Parses what has been gathered. */
    flush,
  };
};
