import { createHash } from 'node:crypto';
import type { Steps } from './steps.ts';

/** Bytes in a step. */
const STEP = 1_048_576;

/** The SHA-256 of a file, in hex. */
export function* hashBytes(bytes: Uint8Array): Steps<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.byteLength; start += STEP) {
    hash.update(bytes.subarray(start, start + STEP));
    yield;
  }
  return hash.digest('hex');
}
