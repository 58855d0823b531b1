import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { registerSlowBodies } from '../../../src/plugins/slow-bodies.ts';

const app = Fastify().withTypeProvider<TypeBoxTypeProvider>();
afterAll(() => app.close());
registerSlowBodies(app, 2_000);
app.post('/body', async () => 'read');
app.post('/recording', { config: { slowBody: true } }, async () => 'read');
await app.listen({ port: 0, host: '127.0.0.1' });

/** Begins a body, and sends its end after a while. */
async function send(path: string, pauseMs: number): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json', 'content-length': 4 };
  const sent = request(`${app.listeningOrigin}${path}`, { method: 'POST', headers });
  const answered = new Promise<number | undefined>((resolve) => {
    sent.once('response', (response) => resolve(response.statusCode));
    sent.once('error', () => resolve(undefined));
  });
  sent.write('"a');
  await Promise.race([setTimeout(pauseMs), answered]);
  if (!sent.destroyed) sent.end('"\n');
  return answered;
}

test('a body that comes in time is read', async () => {
  expect(await send('/body', 0)).toBe(200);
});

test('a body that does not come ends the connection', async () => {
  expect(await send('/body', 600_000)).not.toBe(200);
});

test('a recording may take longer', async () => {
  expect(await send('/recording', 3_000)).toBe(200);
});
