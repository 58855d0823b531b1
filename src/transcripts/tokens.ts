import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let tokenizer: typeof import('gpt-tokenizer/encoding/o200k_base') | undefined;

// Its vocabulary takes a tenth of a second to load, and a server that starts counts no tokens yet.
const loadTokenizer = (): NonNullable<typeof tokenizer> => {
  tokenizer ??= require('gpt-tokenizer/encoding/o200k_base');
  if (!tokenizer) throw new Error('gpt-tokenizer has no o200k_base');
  return tokenizer;
};

// Text that spells a special token, such as `<|endoftext|>`, is counted as the text it is.
const OPTIONS = { disallowedSpecial: new Set<string>() };

// gpt-tokenizer merges the bytes of one unbroken run (letters, punctuation or white space) in
// quadratic time: 4,000 letters without a space take a second. No spoken word comes near 300.
const LONGEST_RUN = 300;
const RUNS = /[\p{L}\p{M}]+|[^\s\p{L}\p{M}\p{N}]+|\s+/gu;

const cutLongRuns = (text: string): string[] => {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    for (let at = index + LONGEST_RUN; at < index + run.length; at += LONGEST_RUN) {
      parts.push(text.slice(from, at).toWellFormed());
      from = at;
    }
  }
  parts.push(text.slice(from).toWellFormed());
  return parts;
};

/**
 * The number of `o200k_base` tokens of a text, by gpt-tokenizer. Exact, except that an unbroken run
 * of more than 300 letters is counted in parts, which may add a token or two per part.
 */
export const countTokens = (text: string): number => {
  const { countTokens: countO200k } = loadTokenizer();
  return cutLongRuns(text).reduce((tokens, part) => tokens + countO200k(part, OPTIONS), 0);
};
