import { hashBytes } from '../transcripts/hash-bytes.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import type { AcceptedJob } from './handler.ts';

type Parameters = Record<string, unknown>;

/**
 * The parameters of a job as they are stored: with the SHA-256 of what it will read, in hex, so that two
 * jobs can be told apart by their content after that is gone.
 */
export async function withInputHash({ parameters, input }: AcceptedJob): Promise<Parameters> {
  if (!input) return parameters;
  return { ...parameters, inputHash: await inSlices(hashBytes(input.bytes)) };
}

/** The parameters as handlers know them. */
export function withoutInputHash(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !('inputHash' in stored)) return stored;
  const { inputHash: _hash, ...parameters } = stored;
  return parameters;
}
