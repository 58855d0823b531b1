/**
 * Whether a JSON text has an object with the same key twice. Parsers differ on which one counts, so
 * that what one program has checked may not be what the next one reads.
 *
 * @param text valid JSON
 * @param value what it was parsed to, which has each key once
 */
export function hasDuplicateKeys(text: string, value: unknown): boolean {
  return countKeysOfText(text) !== countKeys(value);
}

/** Counts the strings that a colon follows. */
function countKeysOfText(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfString(text, start);
    let next = end + 1;
    while (text.charCodeAt(next) <= SPACE) next += 1;
    if (text[next] === ':') count += 1;
    start = text.indexOf('"', end + 1);
  }
  return count;
}

/** White space in valid JSON is the space and three characters below it. */
const SPACE = 32;

/** The quotation mark that closes a string: the first one behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  let end = start;
  let backslashes: number;
  do {
    end = text.indexOf('"', end + 1);
    backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
  } while (backslashes % 2 === 1);
  return end;
}

/** Walks without recursion, because the value may be as deep as its text is long. */
function countKeys(root: unknown): number {
  let count = 0;
  const open = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    if (!Array.isArray(value)) count += children.length;
    for (const child of children) open.push(child);
  }
  return count;
}
