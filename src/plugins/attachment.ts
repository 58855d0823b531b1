import { fileName } from '../transcripts/file-name.ts';

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
