import { countTokens } from '../transcripts/tokens.ts';

/**
 * Ends a text after so many tokens, at the end of a word. Pieces are counted by themselves, so that
 * words that come in pieces count a little more.
 *
 * @param limit in tokens; undefined: none
 */
export function createTokenLimit(limit: number | undefined) {
  let left = limit ?? Number.POSITIVE_INFINITY;
  /** @returns as much of the text as fits */
  return function take(text: string): string {
    if (limit === undefined) return text;
    let taken = '';
    for (const [word] of text.matchAll(/\s*\S+|\s+$/g)) {
      const tokens = countTokens(word);
      if (tokens > left) {
        left = 0;
        break;
      }
      left -= tokens;
      taken += word;
    }
    return taken;
  };
}
