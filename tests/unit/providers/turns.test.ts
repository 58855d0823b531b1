import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTurns } from '../../../src/providers/turns.ts';

test('never do more run than may, and all of them do, whoever gives up', async () => {
  const jobs = fc.array(fc.record({ ms: fc.nat(3), givesUp: fc.boolean() }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), jobs, async (atOnce, list) => {
      const { inTurn } = createTurns(atOnce);
      let running = 0;
      let most = 0;
      let done = 0;
      const results = await Promise.allSettled(
        list.map(({ ms, givesUp }) => {
          const signal = givesUp ? AbortSignal.timeout(1) : new AbortController().signal;
          return inTurn(signal, async () => {
            most = Math.max(most, ++running);
            await setTimeout(ms);
            running -= 1;
            done += 1;
          });
        }),
      );
      expect(most).toBeLessThanOrEqual(atOnce);
      expect(running).toBe(0);
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(done);
      expect(done).toBeGreaterThanOrEqual(list.filter(({ givesUp }) => !givesUp).length);
      // Every turn was given back: there are as many as at first.
      await Promise.all(list.map(() => inTurn(new AbortController().signal, async () => {})));
    }),
    { numRuns: 30 },
  );
});

test('who would only wait in vain is told at once', async () => {
  const { inTurn } = createTurns(1);
  const controller = new AbortController();
  const waiting = Array.from({ length: 101 }, () =>
    inTurn(controller.signal, () => setTimeout(5)).catch(() => {}),
  );
  await expect(inTurn(controller.signal, async () => {})).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 10,
  });
  controller.abort();
  await Promise.all(waiting);
});
