import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withBeats } from '../../src/plugins/with-beats.ts';

test('a beat comes whenever no item did for a while, and no item is lost', async () => {
  async function* slow() {
    yield 1;
    await setTimeout(70);
    yield 2;
    yield 3;
  }
  const seen: (number | undefined)[] = [];
  for await (const item of withBeats(slow(), 20)) seen.push(item);
  expect(seen.filter((item) => item !== undefined)).toEqual([1, 2, 3]);
  expect(seen.indexOf(2) - seen.indexOf(1)).toBeGreaterThan(1);
  expect(seen.slice(seen.indexOf(2))).toEqual([2, 3]);
});

test('whoever leaves ends the items', async () => {
  let isEnded = false;
  async function* endless() {
    try {
      for (;;) yield 1;
    } finally {
      isEnded = true;
    }
  }
  for await (const item of withBeats(endless(), 1_000)) if (item) break;
  expect(isEnded).toBe(true);
});

test('what the items throw is thrown', async () => {
  async function* broken(): AsyncGenerator<number, void> {
    yield 1;
    throw new Error('gone');
  }
  const read = async () => {
    for await (const item of withBeats(broken(), 1_000)) expect(item).toBe(1);
  };
  await expect(read()).rejects.toThrow('gone');
});
