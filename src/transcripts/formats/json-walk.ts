import type { Steps } from '../steps.ts';
import { createBatch, type VisitElement } from './json-batch.ts';
import { PARSED_AT_ONCE, parseValues } from './json-parse.ts';
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

/** What a reader wants of a value of a document; undefined for nothing. */
export type Wanted =
  /** The value itself, parsed. */
  | { value: (value: unknown) => void }
  /** Some members of an object; `key` is told the name of each, in front of its value. */
  | { members: Record<string, Wanted>; key?: (name: string) => void }
  /** Each element of a list, parsed; `value` is told what stands there and is no list. */
  | { elements: VisitElement; value?: (value: unknown) => void }
  /** Something of each element of a list. */
  | { within: (index: number) => Wanted }
  | undefined;

// The deepest list that any format has is at eight.
const MAX_DEPTH = 32;

/** Elements of a list that are looked at in a step. */
const STEP = 16;

/**
 * Walks a JSON text and parses what is wanted piece by piece, so that a document never exists as a
 * whole. Everything else is parsed as well, and forgotten at once, so that no mistake is passed
 * over. A value that is not of the wanted kind, such as an object instead of a list, is skipped.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line of the mistake; and what a visitor throws.
 */
export function* walkJson(text: string, wanted: Wanted): Steps<void> {
  /** Walks the value at `from`; returns the offset of the comma or the bracket behind it. */
  function* walkValue(from: number, wish: Wanted, depth: number): Steps<number> {
    const unit = text.charCodeAt(from);
    const isObject = unit === OPENING_BRACE;
    const isContainer = isObject || unit === OPENING_BRACKET;
    const kind = isObject ? ['members'] : ['elements', 'within'];
    if (isContainer && wish && kind.some((name) => name in wish)) {
      return yield* walkContainer(from, wish, depth);
    }
    const end = yield* farEnd(text, from);
    const visit = wish && 'value' in wish ? wish.value : undefined;
    if (!visit && isContainer && end - from > PARSED_AT_ONCE) {
      return yield* walkContainer(from, undefined, depth);
    }
    const values = parseValues(text, from, end);
    if (values.length === 0) throw invalidJson(text, from);
    visit?.(values[0]);
    return end;
  }

  function* walkContainer(from: number, wish: Wanted, depth: number): Steps<number> {
    if (depth > MAX_DEPTH) {
      throw invalidJson(text, from, `lists and objects are nested deeper than ${MAX_DEPTH}`);
    }
    const isObject = text.charCodeAt(from) === OPENING_BRACE;
    const closing = isObject ? CLOSING_BRACE : CLOSING_BRACKET;
    const first = skipSpace(text, from + 1);
    const isEmpty = text.charCodeAt(first) === closing;
    const walk = isObject ? walkMembers : walkElements;
    const end = isEmpty ? first : yield* walk(first, wish, depth + 1);
    if (text.charCodeAt(end) !== closing) throw invalidJson(text, end);
    return skipSpace(text, end + 1);
  }

  function* walkMembers(first: number, wish: Wanted, depth: number): Steps<number> {
    const { members, key: tell } = wish && 'members' in wish ? wish : { members: {} };
    for (let at = first; ; at = skipSpace(text, at + 1)) {
      if (text.charCodeAt(at) !== QUOTE) throw invalidJson(text, at);
      const keyEnd = stringEnd(text, at);
      const [key] = parseValues(text, at, keyEnd);
      const colon = skipSpace(text, keyEnd);
      if (text.charCodeAt(colon) !== COLON) throw invalidJson(text, colon);
      const name = typeof key === 'string' ? key : '';
      tell?.(name);
      const known = Object.hasOwn(members, name) ? members[name] : undefined;
      at = yield* walkValue(skipSpace(text, colon + 1), known, depth);
      if (text.charCodeAt(at) !== COMMA) return at;
    }
  }

  function* walkElements(first: number, wish: Wanted, depth: number): Steps<number> {
    const within = wish && 'within' in wish ? wish.within : undefined;
    const visit = wish && 'elements' in wish ? wish.elements : undefined;
    const batch = createBatch(text, visit);
    let at = first;
    for (let index = 0; ; index += 1) {
      const from = skipSpace(text, at);
      at = within ? yield* walkValue(from, within(index), depth) : valueEnd(text, from);
      if (index % STEP === 0) yield;
      if (!within && (visit || at - from <= PARSED_AT_ONCE)) {
        batch.add(from, at);
      } else if (!within) {
        batch.flush();
        yield* walkValue(from, undefined, depth);
      }
      if (text.charCodeAt(at) !== COMMA) break;
      at += 1;
    }
    batch.flush();
    return at;
  }

  const root = skipSpace(text, 0);
  if (text.charCodeAt(root) !== OPENING_BRACE)
    throw invalidJson(text, root, 'this is no JSON object');
  const end = yield* walkContainer(root, wanted, 0);
  if (end < text.length) throw invalidJson(text, end);
}
