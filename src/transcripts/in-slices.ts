import { setImmediate } from 'node:timers/promises';
import type { Steps } from './steps.ts';

/** How long steps are done without a pause, in ms: a request takes several turns of the event loop. */
const SLICE_MS = 10;

/**
 * Does all steps, and lets others go first every few milliseconds.
 *
 * @param signal gives the rest up
 * @throws what a step throws; the signal's reason once it is aborted
 */
export async function inSlices<Result>(
  steps: Steps<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  let began = performance.now();
  let step = steps.next();
  while (!step.done) {
    if (performance.now() - began > SLICE_MS) {
      await setImmediate();
      signal?.throwIfAborted();
      began = performance.now();
    }
    step = steps.next();
  }
  return step.value;
}
