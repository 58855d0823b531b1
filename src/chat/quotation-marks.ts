/** Pairs of quotation marks: what opens, and what may close it. */
const PAIRS: [open: string, close: string][] = [
  ['“', '”'],
  ['„', '“”'],
  ['«', '»'],
  ['»', '«'],
  ['‹', '›'],
  ['「', '」'],
  ['『', '』'],
  ['"', '"'],
];

/** For each pair the longest quote, which may itself hold quotation marks, and then the shortest ones. */
const PATTERNS = PAIRS.map(([open, close]) => ({
  open,
  close,
  patterns: [
    new RegExp(`${open}(.+)[${close}]`, 'gs'),
    new RegExp(`${open}([^${open}${close}]+)[${close}]`, 'g'),
  ],
}));

/** What a text puts in quotation marks of any kind, the longest possible quote first. */
export function quotedParts(text: string): string[] {
  const parts = PATTERNS
    // «French» or »German«: what comes first opens.
    .filter(({ open, close }) => text.search(`[${open}${close}]`) === text.indexOf(open))
    .flatMap(({ patterns }) => patterns)
    .flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1] ?? ''));
  return [...new Set(parts)];
}

/**
 * Tells whether a text ends within a quotation, as it grows: each call hears what was added. A mark
 * that nothing closes lasts until the line ends.
 */
export function followQuotations(): (added: string) => boolean {
  const open: string[] = [];
  return (added) => {
    for (const [sign] of added.matchAll(/[“”„«»‹›「」『』"\n]/g)) {
      if (sign === '\n') open.length = 0;
      else if (open.at(-1)?.includes(sign)) open.pop();
      else open.push(...PAIRS.filter(([opening]) => opening === sign).map(([, close]) => close));
    }
    return open.length > 0;
  };
}
