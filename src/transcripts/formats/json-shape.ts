import { parseValues } from './json-parse.ts';
import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  invalidJson,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  skipSpace,
  stringEnd,
  valueEnd,
} from './json-scan.ts';
import { isRecord } from './json-values.ts';

/** The members of an object, with the offsets of their values. */
function* eachMember(text: string, opening: number): Generator<[key: string, offset: number]> {
  let at = skipSpace(text, opening + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = stringEnd(text, at);
    const colon = skipSpace(text, keyEnd);
    if (text.charCodeAt(colon) !== COLON) throw invalidJson(text, colon);
    const value = skipSpace(text, colon + 1);
    yield [text.slice(at + 1, keyEnd - 1), value];
    const end = valueEnd(text, value);
    if (text.charCodeAt(end) !== COMMA) return;
    at = skipSpace(text, end + 1);
  }
  if (text.charCodeAt(at) !== CLOSING_BRACE) throw invalidJson(text, at);
}

/** What can be asked of a JSON object that has not been parsed. */
export type JsonShape = {
  /** The names of its members, in the order of the text; no further is read than is asked. */
  keys(): Generator<string>;
  /** Whether it has a member of this name. */
  has(key: string): boolean;
  /** Whether such a member is among those that have been read. */
  hasSeen(key: string): boolean;
  /** Whether the member is a list that is not empty. */
  isFilled(key: string): boolean;
  /** The first element of a list, where it is an object; else an empty one. */
  first(key: string): Record<string, unknown>;
  /** The shape of a member that is an object itself. */
  inside(key: string): JsonShape | undefined;
};

/**
 * Looks at a JSON object without parsing it, to tell which format it is.
 *
 * @param from The offset where the object begins.
 * @throws AppError `unreadable_transcript` with the line, where it is no object or ends early.
 */
export const createShape = (text: string, from = 0): JsonShape => {
  const root = skipSpace(text, from);
  if (text.charCodeAt(root) !== OPENING_BRACE) {
    throw invalidJson(text, root, 'this is no JSON object');
  }
  const seen = new Map<string, number>();
  const rest = eachMember(text, root);
  function* keys(): Generator<string> {
    yield* seen.keys();
    for (let next = rest.next(); !next.done; next = rest.next()) {
      const [key, offset] = next.value;
      seen.set(key, offset);
      yield key;
    }
  }
  const offsetOf = (wanted: string): number | undefined => {
    for (const key of keys()) if (key === wanted) break;
    return seen.get(wanted);
  };
  const firstOf = (key: string): number | undefined => {
    const list = offsetOf(key);
    if (list === undefined || text.charCodeAt(list) !== OPENING_BRACKET) return undefined;
    const first = skipSpace(text, list + 1);
    return text.charCodeAt(first) === CLOSING_BRACKET ? undefined : first;
  };
  return {
    keys,
    has: (key) => offsetOf(key) !== undefined,
    hasSeen: (key) => seen.has(key),
    isFilled: (key) => firstOf(key) !== undefined,
    first(key) {
      const first = firstOf(key);
      if (first === undefined) return {};
      const [value] = parseValues(text, first, valueEnd(text, first));
      return isRecord(value) ? value : {};
    },
    inside(key) {
      const at = offsetOf(key);
      if (at === undefined || text.charCodeAt(at) !== OPENING_BRACE) return undefined;
      return createShape(text, at);
    },
  };
};
