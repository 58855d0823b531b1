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
  let offsets: number[] = [];
  let end = 0;
  let parsed = 0;
  const flush = (): void => {
    const from = offsets[0];
    if (from === undefined) return;
    const values = parseValues(text, from, end);
    if (values.length !== offsets.length) throw invalidJson(text, end);
    if (visit) {
      for (const [place, value] of values.entries()) {
        visit(value, parsed + place, offsets[place] ?? from);
      }
    }
    parsed += offsets.length;
    offsets = [];
  };
  return {
    /** Takes the element between two offsets; the comma stands behind it. */
    add(from: number, elementEnd: number): void {
      offsets.push(from);
      end = elementEnd;
      if (end - (offsets[0] ?? from) > PARSED_AT_ONCE) flush();
    },
    /** Parses what has been gathered. */
    flush,
  };
};
