import { randomUUID } from 'node:crypto';
import { fence } from '../model-calls/fence.ts';
import type { ModelEnd, ModelRequest } from '../providers/language-models.ts';
import { findUnstorable } from '../storable.ts';
import { likeness } from '../transcripts/likeness.ts';
import { ENHANCE } from './enhance-prompt.ts';

/** Asks a model. */
type Ask = (request: ModelRequest) => AsyncGenerator<string, ModelEnd>;

type CorrectedLines = {
  /** Those that are to be changed, by their place. */
  corrected: Map<number, string>;
  /** Lines of which the model wrote nothing that can be taken. */
  rejected: number;
};

/**
 * How much of a line has to be left in its correction. A misheard word keeps most of its letters; two
 * sentences that have nothing to do with each other have less than 0.4 in common, whatever they say.
 */
const LEAST_LIKENESS = 0.6;

/** A model that writes on and on is stopped when it wrote so many times what it was given. */
const MOST_GROWTH = 4;

const LINE = /^(\d{1,4}): ?(.*)$/;

/**
 * Has a model correct lines. Of what it writes only that is taken which is without doubt a correction
 * of the line of its number; the other lines stay.
 *
 * @param maxTokens the longest answer
 * @throws what the model throws
 */
export async function correctLines(
  ask: Ask,
  texts: readonly string[],
  maxTokens: number,
  signal: AbortSignal,
): Promise<CorrectedLines> {
  const lines = texts.map((text) => text.replace(/\s+/g, ' ').trim());
  const numbered = lines.map((line, index) => `${index + 1}: ${line}`).join('\n');
  const turns = [
    { role: 'system' as const, content: ENHANCE },
    { role: 'user' as const, content: fence('LINES', randomUUID(), numbered) },
  ];
  let answer = '';
  for await (const piece of ask({ turns, maxTokens, signal })) {
    answer += piece;
    if (answer.length > MOST_GROWTH * numbered.length + ENHANCE.length) break;
  }
  const written = readLines(answer);
  const corrected = new Map<number, string>();
  let rejected = 0;
  for (const [index, line] of lines.entries()) {
    const text = written.get(index + 1);
    if (text === line) continue;
    if (text !== undefined && isCorrection(line, text)) corrected.set(index, text);
    else rejected += 1;
  }
  return { corrected, rejected };
}

/** What an answer says of each number; nothing of a number that it has twice. */
function readLines(answer: string): Map<number, string> {
  const written = new Map<number, string>();
  const twice = new Set<number>();
  for (const line of answer.split('\n')) {
    const [, digits, text = ''] = LINE.exec(line.trim()) ?? [];
    if (digits === undefined) continue;
    const number = Number(digits);
    if (written.has(number)) twice.add(number);
    written.set(number, text.trim());
  }
  for (const number of twice) written.delete(number);
  return written;
}

function isCorrection(line: string, text: string): boolean {
  if (text === '' || findUnstorable(text)) return false;
  return likeness(line, text) >= LEAST_LIKENESS;
}
