import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { raceAbort } from '../../../src/providers/time-limits.ts';

/** The failures that nobody has heard of, which would end a process. */
function listenForUnheard(): unknown[] {
  const unheard: unknown[] = [];
  const note = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return unheard;
}

test.each([
  ['had left before it began', () => AbortSignal.abort(new Error('left'))],
  [
    'leaves meanwhile',
    () => {
      const leaving = new AbortController();
      queueMicrotask(() => leaving.abort(new Error('left')));
      return leaving.signal;
    },
  ],
])('work that fails for a caller who %s fails unheard', async (_, leave) => {
  const unheard = listenForUnheard();
  const work = Promise.withResolvers<never>();
  const raced = expect(raceAbort(work.promise, leave())).rejects.toThrow('left');
  await Promise.resolve();
  work.reject(new Error('late'));
  await raced;
  // Failures are told of between two turns of the event loop.
  await setImmediate();
  await setImmediate();
  expect(unheard).toEqual([]);
});
