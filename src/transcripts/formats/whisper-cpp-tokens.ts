import type { Word } from '../../schemas/segments.ts';
import { findUnstorable } from '../../storable.ts';
import type { Warnings } from '../warnings.ts';
import { type Fail, readMilliseconds, readProbability } from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { isTooLong } from './json-words.ts';

// `[_BEG_]`, `[_TT_150]`, `<|endoftext|>`: what steers the model, and nobody said.
const SPECIAL = /^(?:\[_[A-Z]+_(?:\d+)?\]|<\|[^|]*\|>)$/;

type OpenWord = { text: string; startMs: number; endMs: number; logs: number; tokens: number };

const finish = ({ text, startMs, endMs, logs, tokens }: OpenWord): Word => {
  const confidence = Math.exp(logs / tokens);
  return { text: text.trim(), startMs, endMs, confidence };
};

/**
 * Joins the tokens of a segment into words: one begins where a token begins with a space. The
 * confidence of a word, as that of the segment, is the geometric mean of its tokens', which is what
 * other Whispers call the mean log probability.
 *
 * @returns No words where there are none, or where one is too long to be kept.
 */
export const readTokens = (
  value: unknown,
  fail: Fail,
  warnings: Warnings,
): { words: Word[] | null; confidence: number | null } => {
  if (!Array.isArray(value)) return { words: null, confidence: null };
  const words: OpenWord[] = [];
  let logs = 0;
  let tokens = 0;
  for (const [index, token] of value.entries()) {
    const name = `/tokens/${index}`;
    if (!isRecord(token) || typeof token.text !== 'string') return fail(name, 'is not a token');
    const { text, offsets } = token;
    if (text === '' || SPECIAL.test(text.trim())) continue;
    if (findUnstorable(text)) return fail(name, 'cannot be stored');
    const times = isRecord(offsets) ? offsets : {};
    const startMs = readMilliseconds(times.from, `${name}/offsets/from`, fail);
    const endMs = Math.max(startMs, readMilliseconds(times.to, `${name}/offsets/to`, fail));
    const log = Math.log(readProbability(token.p) ?? 1);
    logs += log;
    tokens += 1;
    const open = words.at(-1);
    if (!open || text.startsWith(' ')) {
      words.push({ text, startMs, endMs, logs: log, tokens: 1 });
    } else {
      open.text += text;
      open.endMs = Math.max(open.endMs, endMs);
      open.logs += log;
      open.tokens += 1;
    }
  }
  const confidence = tokens === 0 ? null : Math.exp(logs / tokens);
  const spoken = words.map(finish).filter(({ text }) => text !== '');
  const kept = spoken.length > 0 && !spoken.some(({ text }) => isTooLong(text, warnings));
  return { words: kept ? spoken : null, confidence };
};
