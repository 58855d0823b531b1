import { createHash } from 'node:crypto';
import { inSlices } from '../library/in-slices.ts';
import type { Steps } from '../transcripts/steps.ts';
import type { AcceptedJob } from './handler.ts';

type Parameters = Record<string, unknown>;

/**
 * The parameters of a job as they are stored: with the SHA-256 of what it will read, in hex, so that two
 * jobs can be told apart by their content after that is gone.
 */
export async function withInputHash({ parameters, input }: AcceptedJob): Promise<Parameters> {
  if (!input) return parameters;
  return { ...parameters, inputHash: await inSlices(hashOf(input.bytes)) };
}

/** Bytes in a step. */
const STEP = 1_048_576;

function* hashOf(bytes: Uint8Array): Steps<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.byteLength; start += STEP) {
    hash.update(bytes.subarray(start, start + STEP));
    yield;
  }
  return hash.digest('hex');
}

/** The parameters as handlers know them. */
export function withoutInputHash(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !('inputHash' in stored)) return stored;
  const { inputHash: _hash, ...parameters } = stored;
  return parameters;
}
