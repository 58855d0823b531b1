import { expect, test } from 'vitest';
import { answered } from '../../../src/db/answered.ts';

/** The answer of the driver: rows, with what the server said of them. */
const result = (command: string | null) => Promise.resolve(Object.assign([], { command }));

test('an answer that the server gave is passed on', async () => {
  expect(await answered(result('INSERT'))).toMatchObject({ command: 'INSERT' });
});

test('an answer that is of no command is none', async () => {
  await expect(answered(result(null))).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
});

test('what is waited for is waited for in the way that is given', async () => {
  const late = answered(result('SELECT'), async () => Promise.reject(new Error('it is over')));
  await expect(late).rejects.toThrow('it is over');
});
