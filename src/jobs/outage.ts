import { fullJitter } from './jitter.ts';
import type { Log } from './log.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Tells once that something fails, and once that it works again. */
export function createOutage(log: Log, what: string) {
  let failures = 0;
  return {
    /** @returns how many ms to wait before the next try */
    failed(err: unknown): number {
      if (failures === 0) log.error({ err }, `${what} failed; it is tried again`);
      failures += 1;
      return fullJitter(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    },
    worked(): void {
      if (failures > 0) log.info({ failures }, `${what} works again`);
      failures = 0;
    },
  };
}
