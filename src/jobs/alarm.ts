import { setTimeout } from 'node:timers/promises';
import type { Bell } from './bell.ts';

/** The longest that a change which another process makes waits. */
const POLL_MS = 500;
/** The least between two looks, however often the bell rings. */
const PAUSE_MS = 50;

/** Says when to look: every now and then, and soon after the bell has rung. `stop` ends its listening. */
export function createAlarm(bell: Bell) {
  let rung = false;
  let wake = () => {};
  const stop = bell.listen(() => {
    rung = true;
    wake();
  });
  return { next, stop };

  async function next(): Promise<void> {
    await setTimeout(PAUSE_MS, undefined, { ref: false });
    if (!rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const late = new AbortController();
      const timer = setTimeout(POLL_MS - PAUSE_MS, undefined, { ref: false, signal: late.signal });
      await Promise.race([promise, timer.catch(() => {})]);
      late.abort();
    }
    rung = false;
  }
}
