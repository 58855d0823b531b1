import type { Steps } from '../steps.ts';
import { parseValues } from './json-parse.ts';
import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  farEnd,
  invalidJson,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  skipSpace,
  stringEnd,
  valueEnd,
} from './json-scan.ts';
import { isRecord } from './json-values.ts';

/** A member of an object: its name, and the offset of its value. */
type Member = [key: string, offset: number];

/** Reads the members of an object, one with each call. */
const createMemberReader = (text: string, opening: number) => {
  let value: number | undefined;
  let ended = false;
  return function* next(): Steps<Member | undefined> {
    if (ended) return undefined;
    const end = value === undefined ? opening : yield* farEnd(text, value);
    ended = value !== undefined && text.charCodeAt(end) !== COMMA;
    if (ended) return undefined;
    const at = skipSpace(text, end + 1);
    ended = text.charCodeAt(at) === CLOSING_BRACE;
    if (ended) return undefined;
    if (text.charCodeAt(at) !== QUOTE) throw invalidJson(text, at);
    const keyEnd = stringEnd(text, at);
    const colon = skipSpace(text, keyEnd);
    if (text.charCodeAt(colon) !== COLON) throw invalidJson(text, colon);
    value = skipSpace(text, colon + 1);
    return [text.slice(at + 1, keyEnd - 1), value];
  };
};

/** What can be asked of a JSON object that has not been parsed. */
export type JsonShape = {
  /** The name of the next member, in the order of the text; no further is read than is asked. */
  next(): Steps<string | undefined>;
  /** Whether it has a member of this name. */
  has(key: string): Steps<boolean>;
  /** Whether such a member is among those that have been read. */
  hasSeen(key: string): boolean;
  /** Whether the member is a list that is not empty. */
  isFilled(key: string): Steps<boolean>;
  /** The first element of a list, where it is an object; else an empty one. */
  first(key: string): Steps<Record<string, unknown>>;
  /** The shape of a member that is an object itself. */
  inside(key: string): Steps<JsonShape | undefined>;
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
  const readMember = createMemberReader(text, root);
  function* next(): Steps<string | undefined> {
    const member = yield* readMember();
    if (member) seen.set(...member);
    return member?.[0];
  }
  function* offsetOf(wanted: string): Steps<number | undefined> {
    let key: string | undefined = '';
    while (!seen.has(wanted) && key !== undefined) key = yield* next();
    return seen.get(wanted);
  }
  function* firstOf(key: string): Steps<number | undefined> {
    const list = yield* offsetOf(key);
    if (list === undefined || text.charCodeAt(list) !== OPENING_BRACKET) return undefined;
    const first = skipSpace(text, list + 1);
    return text.charCodeAt(first) === CLOSING_BRACKET ? undefined : first;
  }
  return {
    next,
    *has(key) {
      return (yield* offsetOf(key)) !== undefined;
    },
    hasSeen: (key) => seen.has(key),
    *isFilled(key) {
      return (yield* firstOf(key)) !== undefined;
    },
    *first(key) {
      const first = yield* firstOf(key);
      if (first === undefined) return {};
      const [value] = parseValues(text, first, valueEnd(text, first));
      return isRecord(value) ? value : {};
    },
    *inside(key) {
      const at = yield* offsetOf(key);
      if (at === undefined || text.charCodeAt(at) !== OPENING_BRACE) return undefined;
      return createShape(text, at);
    },
  };
};
