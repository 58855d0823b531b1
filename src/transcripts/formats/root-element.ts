/** What stands in front of the first element. */
const PROLOGUE: [start: string, end: string][] = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!', '>'],
];

const ROOT = /<(?:[\w.-]{1,64}:)?([\w.-]{1,64})(?=[\s/>])/y;

// Tags that captions and chats are written with; text may begin and end with one.
const FORMATTING = new Set(['b', 'i', 'u', 's', 'v', 'c', 'p', 'em', 'font', 'span', 'strong']);

/**
 * The name of the outermost element of markup, in lower case and without its prefix; an empty string
 * where markup has none, and undefined for text, which may well begin with a tag: only what closes
 * the tag at its end, or has a known name, is taken for markup.
 */
export const rootElement = (text: string, known: readonly string[]): string | undefined => {
  let at = text.search(/\S/);
  let certain = false;
  for (let opening = PROLOGUE[0]; opening; ) {
    opening = PROLOGUE.find(([start]) => text.startsWith(start, at));
    if (!opening) break;
    certain ||= opening[0] !== '<!' || /^<!doctype\b/i.test(text.slice(at, at + 10));
    const end = text.indexOf(opening[1], at + opening[0].length);
    if (end === -1) return certain ? '' : undefined;
    at = end + opening[1].length;
    while (text.charCodeAt(at) <= 32) at += 1;
  }
  ROOT.lastIndex = Math.max(at, 0);
  const match = ROOT.exec(text);
  const name = match?.[1]?.toLowerCase() ?? '';
  if (certain || known.includes(name)) return name;
  const closed =
    match !== null && !FORMATTING.has(name) && text.trimEnd().endsWith(`</${match[0].slice(1)}>`);
  return closed ? name : undefined;
};
