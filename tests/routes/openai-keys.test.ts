import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { query } from '../helpers/database.ts';
import { listen } from './openai-listening.ts';

const { app, db, says, saysAndWaits, stream } = await listen();

/** The keys of requests that were not answered yet. */
const held = async () =>
  (await query(db, 'select key from idempotency_keys where status_code is null')).length;
const expectNoneHeld = () => expect.poll(held).toBe(0);

const cut = (_: IncomingMessage, response: ServerResponse) => {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    if (String(value).startsWith('text/event-stream')) response.destroy();
    return setHeader(name, value);
  };
};
afterEach(() => app.server.off('request', cut));

test('a stream whose client leaves before it begins does not hold its key', async () => {
  says('The wheel stalled.');
  app.server.prependListener('request', cut);
  await expect(stream('before')).rejects.toThrow();
  await expectNoneHeld();
});

test('nor does one whose client leaves in the middle', async () => {
  saysAndWaits('The wheel ');
  const leaving = new AbortController();
  const { body } = await stream('middle', leaving.signal);
  await body?.getReader().read();
  expect(await held()).toBe(1);
  leaving.abort();
  await expectNoneHeld();
});

test('a stream that came to its end is replayed', async () => {
  says('The wheel stalled.');
  const first = await (await stream('whole')).text();
  const again = await stream('whole');
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await again.text()).toBe(first);
});
