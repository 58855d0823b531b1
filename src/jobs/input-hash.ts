import { createHash } from 'node:crypto';
import type { AcceptedJob } from './handler.ts';

type Parameters = Record<string, unknown>;

/**
 * The parameters of a job as they are stored: with the SHA-256 of what it will read, in hex, so that two
 * jobs can be told apart by their content after that is gone.
 */
export function withInputHash({ parameters, input }: AcceptedJob): Parameters {
  if (!input) return parameters;
  return { ...parameters, inputHash: createHash('sha256').update(input.bytes).digest('hex') };
}

/** The parameters as handlers know them. */
export function withoutInputHash(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !('inputHash' in stored)) return stored;
  const { inputHash: _hash, ...parameters } = stored;
  return parameters;
}
