import { setTimeout } from 'node:timers/promises';

/** Longer than a file of tests takes. */
const NEAR_MS = 180_000;
const DAY_MS = 86_400_000;

/** Waits until midnight (UTC) is over, where it is near: for tests of what is done within one day. */
export async function passMidnight(): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < NEAR_MS) await setTimeout(leftMs + 1_000);
}
