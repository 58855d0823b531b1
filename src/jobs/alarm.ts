import { setTimeout } from 'node:timers/promises';
import type { Bell } from './bell.ts';
import { createWake } from './wake.ts';

/** The longest that a change which another process makes waits. */
const POLL_MS = 500;
/** The least between two looks, however often the bell rings. */
const PAUSE_MS = 50;

/** Says when to look: every now and then, and soon after the bell has rung. `stop` ends its listening. */
export function createAlarm(bell: Bell) {
  const wake = createWake();
  const stop = bell.listen(wake.ring);
  return { next, stop };

  async function next(): Promise<void> {
    await setTimeout(PAUSE_MS, undefined, { ref: false });
    await wake.sleep(POLL_MS - PAUSE_MS);
  }
}
