/** Leaves room for the ending in the 255 bytes that file systems take. */
const LONGEST_NAME_BYTES = 200;

// Control characters, those that turn the direction of text around, and line separators.
const INVISIBLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;
/** What separates paths, or cannot be in a name on some system. */
const RESERVED = /[/\\:*?"<>|]+/g;

/**
 * What a file may be called on every system, without its ending: anything of a title that is no part
 * of a name is left out.
 *
 * @returns empty when nothing is left
 */
export function fileName(title: string): string {
  const safe = title
    .toWellFormed()
    .replace(INVISIBLE, ' ')
    .replace(RESERVED, '-')
    .replace(/\s+/g, ' ');
  let bytes = 0;
  let name = '';
  for (const character of safe) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_NAME_BYTES) break;
    name += character;
  }
  // Names that begin with a point are hidden; Windows takes none that end with one.
  return name.replace(/^[. -]+|[. ]+$/g, '');
}
