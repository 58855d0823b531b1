import { styleText } from 'node:util';

const WIDTH = Math.max(40, Math.min(process.stdout.columns || 88, 100));

/** Colours only a terminal, and none where NO_COLOR is set. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const blue = (text: string) => styleText('blue', text);

/** Says what is being done, and, when it is done, how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  process.stdout.write(`  ${what} … `);
  const result = await work();
  console.log(dim(`${((performance.now() - start) / 1_000).toFixed(1)} s`));
  return result;
}

/** Prints text as it comes, broken between words where a line is full. */
export function createParagraph(indent: string, style = (text: string) => text) {
  let column = 0;
  /** What may still grow by the next piece. */
  let word = '';
  return {
    write(text: string): void {
      for (const part of text.split(/(\s)/)) {
        if (!/^\s$/.test(part)) {
          word += part;
          continue;
        }
        endWord();
        if (part === '\n') endLine();
      }
    },
    end(): void {
      endWord();
      endLine();
    },
  };

  function endWord(): void {
    if (word === '') return;
    if (column > 0 && column + 1 + word.length > WIDTH) endLine();
    const gap = column === 0 ? indent : ' ';
    process.stdout.write(gap + style(word));
    column += gap.length + word.length;
    word = '';
  }

  function endLine(): void {
    if (column > 0) process.stdout.write('\n');
    column = 0;
  }
}

/** Prints a text that is already there. */
export function paragraph(indent: string, text: string, style?: (text: string) => string): void {
  const lines = createParagraph(indent, style);
  lines.write(text);
  lines.end();
}

/** A position in a recording as people write it: `12:34`, or `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}
