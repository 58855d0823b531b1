import { setTimeout } from 'node:timers/promises';
import type { Log } from './log.ts';
import { createOutage } from './outage.ts';
import { createWake } from './wake.ts';

/** Of batches whose last job ended in a process that is gone, or was cancelled elsewhere. */
const INTERVAL_MS = 2_000;

/** Jobs that end in quick succession are looked after together. */
const PAUSE_MS = 100;

/**
 * Looks for batches of which nothing is left to do, whenever a job of one has ended here, and every two
 * seconds.
 *
 * @param complete sees to them
 */
export function startBatchWatch(complete: () => Promise<unknown>, log: Log) {
  const wake = createWake();
  const outage = createOutage(log, 'summing up batches');
  const stopping = new AbortController();
  const ended = loop();
  return {
    ring: wake.ring,
    /** Ends it, and waits for what is under way. */
    async stop(): Promise<void> {
      stopping.abort();
      wake.ring();
      await ended;
    },
  };

  async function loop(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      const pause = await look();
      await setTimeout(pause, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await wake.sleep(INTERVAL_MS);
    }
  }

  /** @returns how many ms to wait before the next look at least */
  async function look(): Promise<number> {
    try {
      await complete();
      outage.worked();
      return PAUSE_MS;
    } catch (error) {
      return Math.max(PAUSE_MS, outage.failed(error));
    }
  }
}
