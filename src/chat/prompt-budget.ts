import type { ModelTurn } from '../providers/language-models.ts';
import { countTokens } from '../transcripts/tokens.ts';

/** Tokens around a turn that no text shows. */
const PER_TURN = 8;

/** Other models cut text in more pieces than o200k_base does. */
const OTHER_TOKENIZERS = 1.15;

/** The tokens of a text, for any model: rather too many than too few. */
export function estimateTokens(text: string): number {
  return Math.ceil(countTokens(text) * OTHER_TOKENIZERS) + PER_TURN;
}

/** The last turns of a conversation that fit into `tokens`, from a question on. */
export function recentTurns(history: readonly ModelTurn[], tokens: number): ModelTurn[] {
  let left = tokens;
  let from = history.length;
  for (const [index, { content }] of [...history.entries()].toReversed()) {
    left -= estimateTokens(content);
    if (left < 0) break;
    from = index;
  }
  const turns = history.slice(from);
  const first = turns.findIndex(({ role }) => role === 'user');
  return first < 0 ? [] : turns.slice(first);
}

/** The first of `texts`, as many as fit into `tokens`; one that is too long is passed over. */
export function fitting<T extends { tokens: number }>(parts: readonly T[], tokens: number): T[] {
  let left = tokens;
  return parts.filter((part) => {
    if (part.tokens > left) return false;
    left -= part.tokens;
    return true;
  });
}

/**
 * As many of `parts` as fit into `tokens`, spread evenly over all; all, where they fit.
 */
export function fittingSpread<T extends { tokens: number }>(
  parts: readonly T[],
  tokens: number,
): T[] {
  for (let count = parts.length; count > 0; count = Math.floor(count * 0.9)) {
    const chosen = parts.filter(
      (_, index) =>
        Math.floor(((index + 1) * count) / parts.length) >
        Math.floor((index * count) / parts.length),
    );
    if (chosen.reduce((sum, part) => sum + part.tokens, 0) <= tokens) return chosen;
  }
  return [];
}
