// Scripts that are written without spaces, and pictures, may be broken between their words.
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Extended_Pictographic}]/u;
const ASCII = /^[\x20-\x7e]*$/;
/** What a line may begin with: a letter, a digit, a picture, or what opens a quotation. */
const BEGINS_LINE = /^[\p{L}\p{N}\p{Extended_Pictographic}\p{Ps}\p{Pi}]/u;
const OPENS = /[\p{Ps}\p{Pi}]$/u;

let graphemes: Intl.Segmenter | undefined;
let words: Intl.Segmenter | undefined;

/** The number of characters as a reader counts them. */
const lengthOf = (text: string): number => {
  if (ASCII.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let length = 0;
  for (const _ of graphemes.segment(text)) length += 1;
  return length;
};

/** The parts of a run without spaces between which a line may end. */
const partsOf = (run: string): string[] => {
  if (!SPACELESS.test(run)) return [run];
  words ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  const parts: string[] = [];
  let before = '';
  for (const { segment } of words.segment(run)) {
    const breakable = SPACELESS.test(before) || SPACELESS.test(segment);
    if (before !== '' && breakable && BEGINS_LINE.test(segment) && !OPENS.test(before)) {
      parts.push(segment);
    } else {
      parts.push((parts.pop() ?? '') + segment);
    }
    before = segment;
  }
  return parts;
};

const wrapLine = (line: string, max: number, indent: number): string => {
  const lines: string[] = [];
  let open = '';
  let length = indent;
  for (const run of line.split(/ +/)) {
    for (const [index, part] of partsOf(run).entries()) {
      const space = index === 0 && open !== '' ? ' ' : '';
      const added = lengthOf(part);
      if (open !== '' && length + space.length + added > max) {
        lines.push(open.trim());
        open = part;
        length = added;
      } else {
        open += space + part;
        length += space.length + added;
      }
    }
  }
  return [...lines, open.trim()].join('\n');
};

/**
 * Breaks lines that are longer than `max` characters, as a reader counts them: each takes as many
 * words as fit. In scripts without spaces a line ends between two words, never within a character.
 * A word that is longer than a line stays whole, so that the words of a text never change.
 *
 * @param text Lines without white space at their ends; those that are short enough stay.
 * @param label What will stand in front of the first line, on the same line.
 */
export const wrapLines = (text: string, max: number, label = ''): string => {
  if (max === Number.POSITIVE_INFINITY) return text;
  const lines = text.split('\n').map((line, index) => {
    const indent = index === 0 ? lengthOf(label) : 0;
    return indent + lengthOf(line) <= max ? line : wrapLine(line, max, indent);
  });
  return lines.join('\n');
};
