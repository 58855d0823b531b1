import type { Fail } from './json-fields.ts';

/**
 * How far, in ms, a start may lie before one in front of it. Where several people speak at once,
 * turns differ by about a sentence; the second part of a joined recording begins again near zero,
 * which is minutes before the end of the first.
 */
const LONGEST_OVERLAP_MS = 4_000;

/**
 * Watches a list of segments or words, whose times must not start anew, as they do in joined
 * recordings that each begin at zero.
 *
 * @returns A function that takes the times (in ms) of the next one, and says whether it starts
 * before one in front of it, as overlapping speech does. It fails where times fall back further, or,
 * however short the first part was, to the very start of the list.
 */
export const createTimeOrder = () => {
  let first: number | undefined;
  let latest = 0;
  return (next: { startMs: number; endMs: number }, fail: Fail, name = '/start'): boolean => {
    const { startMs, endMs } = next;
    first ??= startMs;
    if (startMs >= latest) {
      latest = startMs;
      return false;
    }
    const beginsAgain = startMs === first && endMs <= latest;
    if (beginsAgain || latest - startMs > LONGEST_OVERLAP_MS) {
      return fail(name, `falls back from ${latest / 1_000} s to ${startMs / 1_000} s`);
    }
    return true;
  };
};
