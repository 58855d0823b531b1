/*
 * What PostgreSQL stores: it refuses NUL, in text and in JSON, half of a surrogate pair has no UTF-8
 * form, and JSON that is thousands of levels deep can neither be written nor read.
 */

/**
 * Why a string cannot be stored, or undefined when it can. `offset` is that of the first character at
 * fault.
 */
export const findUnstorable = (text: string): { offset: number; message: string } | undefined => {
  const nul = text.indexOf('\0');
  if (nul !== -1) return { offset: nul, message: 'NUL characters are not text' };
  if (text.isWellFormed()) return undefined;
  // With the `u` flag a surrogate only matches where it is not half of a pair.
  return { offset: text.search(/\p{Surrogate}/u), message: 'half of a surrogate pair is not text' };
};

/** Text with U+FFFD in the place of each character that cannot be stored. */
export const storableText = (text: string): string =>
  text.replaceAll('\0', '\u{fffd}').toWellFormed();

/** An escape of JSON, whose code is caught where PostgreSQL does not take it. */
const ESCAPE = /\\(?:u(0000|d[89a-f][0-9a-f]{2})|.)/g;

/**
 * The JSON of a value, with U+FFFD in the place of each character that cannot be stored, in names as
 * well; undefined for what has no JSON.
 */
export function storableJson(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) return undefined;
  // Of surrogates halves alone are escaped: https://tc39.es/ecma262/#sec-quotejsonstring
  return JSON.parse(json.replace(ESCAPE, (found, bad?: string) => (bad ? '\u{fffd}' : found)));
}

/**
 * Whether a value has more than so many levels of objects and lists. It walks without recursion: what
 * is read from 10 KB of JSON can be 5,000 levels deep.
 */
export function isDeeperThan(levels: number, root: unknown): boolean {
  const open = [{ value: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= levels) return true;
    for (const child of Object.values(value)) open.push({ value: child, depth: depth + 1 });
  }
  return false;
}
