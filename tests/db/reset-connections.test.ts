import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { isUnavailable } from '../../src/db/errors.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { startProxy } from '../helpers/proxy.ts';

const ROUNDS = 40;
const TURNS = 20;

const { url = '' } = await openTestDatabase();

test.skipIf(!onPostgres)(
  'whatever is asked while connections are lost comes to an end',
  async () => {
    const proxy = await startProxy(url);
    // Longer than a test may take: nothing ends because it was waited for too long.
    const own = await openPostgres(proxy.url, {
      ...{ connectTimeoutMs: 120_000, statementTimeoutMs: 120_000 },
    });
    onTestFinished(async () => {
      await own.close();
      proxy.close();
    });
    const ends: Promise<string>[] = [];
    const ask = () =>
      query(own.queue, 'select 1').then(
        () => 'answered',
        (error: unknown) => (isUnavailable(error) ? 'rejected' : String(error)),
      );
    for (let round = 0; round < ROUNDS; round += 1) {
      expect(await ask()).toMatch(/^(answered|rejected)$/);
      // At each turn of the event loop, for one is the moment between the error and the end.
      for (let turn = 0; turn < TURNS; turn += 1) {
        if (turn === TURNS / 2) proxy.reset();
        ends.push(ask());
        await setImmediate();
      }
    }
    const seen = new Set(await Promise.all(ends));
    expect([...seen].toSorted()).toEqual(['answered', 'rejected']);
  },
);
