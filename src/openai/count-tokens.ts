import { setImmediate } from 'node:timers/promises';
import { countTokens } from '../transcripts/tokens.ts';

/** Characters whose tokens are counted before others have their turn: at most some 50 ms. */
const AT_ONCE = 4_096;

/**
 * Counts the tokens of a text, in parts, between which the process does other work.
 *
 * @param most where the counting may end
 * @returns the number, or one that is greater than `most`
 */
export async function countUpTo(text: string, most: number): Promise<number> {
  let tokens = 0;
  for (let from = 0; from < text.length && tokens <= most; ) {
    const end = endOfPart(text, from);
    tokens += countTokens(text.slice(from, end));
    from = end;
    await setImmediate();
  }
  return tokens;
}

/** In front of a space, where there is one: no token goes on over it. */
function endOfPart(text: string, from: number): number {
  const end = from + AT_ONCE;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  return space > from ? space : end;
}
