/** Leaves room for the ending in the 255 bytes that file systems take. */
const LONGEST_NAME_BYTES = 200;

// Control characters, those that turn the direction of text around, and line separators.
const INVISIBLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;
/** What separates paths, or cannot be in a name on some system. */
const RESERVED = /[/\\:*?"<>|]+/g;

/**
 * A `Content-Disposition` that has a browser save the answer (RFC 6266), under a name in ASCII for
 * old ones, and the same in UTF-8 (RFC 8187).
 *
 * @param title What the file would be called; anything that is no part of a name is left out.
 * @param ending Of the name, without the point.
 * @param fallback The name where nothing is left of the title, in ASCII.
 */
export function attachment(title: string, ending: string, fallback: string): string {
  const name = fileName(title) || fallback;
  const ascii = asciiName(name) || fallback;
  return `attachment; filename="${ascii}.${ending}"; filename*=UTF-8''${percentEncoded(name)}.${ending}`;
}

function fileName(title: string): string {
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

/** Accents are left out, and what has no ASCII becomes `_`; empty when that is all there is. */
function asciiName(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    // Some browsers decode `%`.
    .replace(/[^\x20-\x7e]|%/gu, '_');
  // The wide forms of slashes and points have become what they stand for.
  return /[A-Za-z0-9]/.test(ascii) ? fileName(ascii) : '';
}

/** `ext-value` of RFC 8187: all but letters, digits and a few signs is percent-encoded. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
