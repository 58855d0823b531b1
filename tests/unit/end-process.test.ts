import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { endProcess } from '../../src/end-process.ts';

const never = new Promise<never>(() => {});
const limits = { stopMs: 20, settleMs: 20, closeMs: 20 };

/** Parts that tell in which order they ended. */
function parts(...stops: Promise<unknown>[]) {
  const told: unknown[] = [];
  const order: string[] = [];
  const ends = (name: string) => async () => {
    await setTimeout(1);
    order.push(name);
  };
  return {
    told,
    order,
    ends,
    stops,
    modelCalls: { settled: ends('calls') },
    connection: { close: ends('database') },
    log: { error: (details: object) => void told.push(details) },
  };
}

describe('the end of a process', () => {
  test('waits for what is under way, then for calls to models, and closes the database last', async () => {
    const all = parts();
    await endProcess({ ...all, stops: [all.ends('jobs')(), all.ends('housekeeping')()] });
    expect(all.order).toEqual(['jobs', 'housekeeping', 'calls', 'database']);
  });

  test('does not wait for what does not end', async () => {
    const all = parts(never, Promise.resolve());
    await endProcess(all, limits);
    expect(all.order).toEqual(['calls', 'database']);
    await endProcess({ ...all, modelCalls: { settled: () => never } }, limits);
    expect(all.order).toEqual(['calls', 'database', 'database']);
    await endProcess({ ...all, connection: { close: () => never } }, limits);
  });

  test('goes on after what fails, and tells of it', async () => {
    const err = new Error('it fails');
    const all = parts(Promise.reject(err));
    const fails = () => Promise.reject(err);
    await endProcess({ ...all, modelCalls: { settled: fails } }, limits);
    expect(all.order).toEqual(['database']);
    expect(all.told).toEqual([{ err }, { err }]);
  });
});
