import { setTimeout } from 'node:timers/promises';
import { isUnavailable } from '../db/errors.ts';
import { fullJitter } from './jitter.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Tries again for as long as the database does not answer: what was done should not be done twice only
 * because it could not be written down.
 *
 * @param write may have worked though its answer was lost; the second try must be harmless
 * @param signal ends the tries
 * @throws the last error
 */
export async function untilStored<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isUnavailable(error) || signal.aborted) throw error;
      const pause = fullJitter(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
      await setTimeout(pause, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}
