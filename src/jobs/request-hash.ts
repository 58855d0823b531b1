import { createHash } from 'node:crypto';
import type { CreateBatch } from '../schemas/batches.ts';
import type { Steps } from '../transcripts/steps.ts';

/**
 * What makes two batches the same: their type, and their items in their order. Name, priority, retries
 * and workers are how it is done, not what.
 *
 * @returns a SHA-256 in hex
 */
export function* hashBatch({ type, items }: Pick<CreateBatch, 'type' | 'items'>): Steps<string> {
  const hash = createHash('sha256').update(type);
  // No line of JSON has a newline in it.
  for (const item of items) {
    hash.update('\n').update(JSON.stringify(item));
    yield;
  }
  return hash.digest('hex');
}
