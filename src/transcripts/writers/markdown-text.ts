const SPECIAL = /[\\`*_{}[\]#|~$^@]|:(?=\/\/)|(?<=www)\.|[<>&]/gi;
const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
// What begins a list, a rule, the underline of a heading or a container at the start of a line.
const AT_START = /^(\d{0,9})([-+=:.)])/;

/**
 * Text as Markdown that shows just this text: no markup, no HTML, no link, in CommonMark
 * (https://spec.commonmark.org/0.31.2/) and in GitHub's extensions of it. It is put on one line.
 */
export const markdownText = (text: string): string =>
  text
    .replace(/[\r\n\t\f\v\u2028\u2029]+/g, ' ')
    .trim()
    .replace(SPECIAL, (character) => ENTITIES[character] ?? `\\${character}`)
    .replace(AT_START, '$1\\$2');

/** A link with a text that is Markdown already. Only addresses on the web become links. */
export const markdownLink = (text: string, address: string | null): string => {
  const url = address === null ? null : URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return text;
  // Within angle brackets only these still mean something.
  const target = url.href.replace(/[<>\\\s]/g, encodeURIComponent).replaceAll('&', '&amp;');
  return /^[\w:/.?=-]+$/.test(target) ? `[${text}](${target})` : `[${text}](<${target}>)`;
};
