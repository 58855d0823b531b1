import { createHash } from 'node:crypto';
import type { Segment } from '../schemas/segments.ts';
import { eachInSteps, type Steps } from './steps.ts';

/**
 * SHA-256, in hexadecimal, of what was said, when and by whom. Words, confidence and the way lines
 * are broken are left out, so that SRT and VTT of one talk are the same content.
 */
export function* contentHash(segments: readonly Segment[]): Steps<string> {
  const hash = createHash('sha256');
  yield* eachInSteps(segments, ({ startMs, endMs, speaker, text }) => {
    const canonical = [startMs, endMs, speaker, text.replace(/\s+/g, ' ').trim()];
    // JSON quotes every string, so no text can imitate the border between two segments.
    hash.update(`${JSON.stringify(canonical)}\n`);
  });
  return hash.digest('hex');
}
