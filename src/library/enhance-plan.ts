import { countTokens } from '../transcripts/tokens.ts';
import { ENHANCE } from './enhance-prompt.ts';

/** Segments that a model corrects at a time. */
export type EnhanceRun = {
  /** Of the segments, from 0. */
  positions: number[];
  /** The longest answer, in tokens. */
  maxTokens: number;
};

/** Other models cut text in more pieces than o200k_base does. */
const OTHER_TOKENIZERS = 1.15;
/** The number in front of a line, and the line's end. */
const AROUND_LINE = 5;
/** Two fences, and what is around the turns. */
const AROUND = 120;
/** What a correction may be longer than what it corrects. */
const GROWTH = 1.25;
/** Of more lines at once, models forget some. */
const MOST_LINES = 100;

/**
 * Divides lines into runs that fit a model, each together with its answer, which is about as long.
 *
 * @returns no run for a line that alone is too long
 */
export function planRuns(
  texts: readonly string[],
  limits: { contextTokens: number; maxTokens: number },
): EnhanceRun[] {
  const forLines = limits.contextTokens - tokensOf(ENHANCE) - AROUND;
  const room = Math.floor(Math.min(forLines / (1 + GROWTH), limits.maxTokens / GROWTH));
  const runs: EnhanceRun[] = [];
  let free = 0;
  for (const [position, text] of texts.entries()) {
    const tokens = tokensOf(text) + AROUND_LINE;
    if (tokens > room) continue;
    const last = runs.at(-1);
    if (!last || tokens > free || last.positions.length === MOST_LINES) {
      runs.push({ positions: [position], maxTokens: Math.floor(room * GROWTH) });
      free = room - tokens;
    } else {
      last.positions.push(position);
      free -= tokens;
    }
  }
  return runs;
}

const tokensOf = (text: string) => Math.ceil(countTokens(text) * OTHER_TOKENIZERS);
