import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createModelClient, type ModelClientOptions } from '../../../src/providers/model-client.ts';
import type { Playing } from '../../../src/providers/scripted/model-server.ts';
import { playModel } from '../../helpers/model-server.ts';

const KEY = 'sk-a-key-that-nobody-must-see';
const limits = {
  ...{ firstByteTimeoutMs: 600_000, pieceTimeoutMs: 600_000, timeoutMs: 600_000 },
  ...{ maxRetries: 2, concurrency: 10, apiKey: KEY },
};

// The shortest waits that the jitter may choose.
vi.spyOn(Math, 'random').mockReturnValue(0);

async function connect(playing: Playing, options: Partial<ModelClientOptions> = {}) {
  const server = await playModel(playing);
  const client = createModelClient({ ...limits, baseUrl: server.baseUrl, ...options });
  const ask = (signal?: AbortSignal) => client.json('/chat/completions', { a: 1 }, signal);
  const read = async (signal?: AbortSignal) => {
    let text = '';
    for await (const part of client.stream('/chat/completions', { stream: true }, signal)) {
      text += part;
    }
    return text;
  };
  return { server, client, ask, read };
}

test('a request carries the key, the headers and JSON, and the answer is read', async () => {
  const headers = { 'X-Tenant': 'parley', 'User-Agent': 'mine' };
  const { server, ask } = await connect({ chat: [{ text: 'Yes.' }] }, { headers });
  expect(await ask()).toMatchObject({ choices: [{ message: { content: 'Yes.' } }] });
  const [request] = server.requests;
  expect(request?.body).toEqual({ a: 1 });
  expect(request?.headers).toMatchObject({
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    'x-tenant': 'parley',
    'user-agent': 'mine',
  });
});

test('a base URL may end with a slash and have a query', async () => {
  const { server } = await connect({});
  const baseUrl = `${server.baseUrl}/?api-version=1`;
  const client = createModelClient({ ...limits, baseUrl, maxRetries: 0 });
  await client.json('/chat/completions', {}).catch(() => {});
  expect(server.requests[0]?.path).toBe('/v1/chat/completions?api-version=1');
});

test('a connection is used again', async () => {
  const { server, ask } = await connect({});
  await ask();
  await ask();
  expect(new Set(server.requests.map(({ port }) => port)).size).toBe(1);
});

test.each([429, 500, 502, 503, 529])('after a %i it is tried again', async (status) => {
  const { server, ask } = await connect({ chat: [{ status, times: 2 }, { text: 'Yes.' }] });
  expect(await ask()).toMatchObject({ choices: [{ message: { content: 'Yes.' } }] });
  expect(server.requests).toHaveLength(3);
});

test('a connection that breaks off before anything came is tried again', async () => {
  const { server, read } = await connect({
    chat: [{ resetAtByte: 0, times: 2 }, { text: 'Yes.' }],
  });
  expect(await read()).toContain('Yes.');
  expect(server.requests).toHaveLength(3);
});

test('what broke off later is not tried again', async () => {
  const { server, read } = await connect({ chat: [{ resetAtByte: 10 }] });
  await expect(read()).rejects.toMatchObject({ code: 'model_failed' });
  expect(server.requests).toHaveLength(1);
});

test.each([
  [429, 'model_unavailable'],
  [500, 'model_failed'],
  [502, 'model_unavailable'],
  [503, 'model_unavailable'],
])('a %i that stays is %s', async (status, code) => {
  const { server, ask } = await connect({ chat: [{ status }] }, { maxRetries: 1 });
  await expect(ask()).rejects.toMatchObject({ code });
  expect(server.requests).toHaveLength(2);
});

test.each([301, 400, 401, 403, 404, 422])('a %i is not tried again', async (status) => {
  const headers = { location: 'http://127.0.0.1:1/' };
  const { server, ask } = await connect({ chat: [{ status, headers }] });
  await expect(ask()).rejects.toMatchObject({ code: 'model_failed' });
  expect(server.requests).toHaveLength(1);
});

test('nothing of the key, the URL or the answer is told; the log has the answer', async () => {
  const body = `The key ${KEY} is wrong.`;
  const { ask } = await connect({ chat: [{ status: 401, body }] });
  const error = await ask().catch((error: Error) => error);
  expect(error).toMatchObject({
    message: 'The model refused the request.',
    cause: { message: 'status 401: The key … is wrong.' },
  });
});

test('a server that is not there is unavailable', async () => {
  const { server, ask } = await connect({}, { maxRetries: 0 });
  await server.close();
  await expect(ask()).rejects.toMatchObject({
    code: 'model_unavailable',
    retryAfterSeconds: 5,
    message: 'The model does not answer right now.',
  });
});

test.each([
  ['in seconds', () => '1'],
  ['as a date', () => new Date(Date.now() + 2_000).toUTCString()],
])('Retry-After %s is obeyed', async (_how, retryAfter) => {
  let asked = 0;
  const { server, ask } = await connect(() => {
    asked += 1;
    // Said in the moment of the answer: a date is not long off.
    return asked > 1 ? { text: 'Yes.' } : { status: 429, headers: { 'retry-after': retryAfter() } };
  });
  await ask();
  const [first, second] = server.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(980);
});

test('who asks for a long time is not tried again, and the caller is told', async () => {
  const headers = { 'retry-after': '90' };
  const { server, ask } = await connect({ chat: [{ status: 429, headers }] });
  await expect(ask()).rejects.toMatchObject({ code: 'model_unavailable', retryAfterSeconds: 90 });
  expect(server.requests).toHaveLength(1);
});

test.each([
  ['to begin its answer', { firstByteTimeoutMs: 1_000 }, { waitMs: 600_000 }],
  ['to begin its answer', { firstByteTimeoutMs: 1_000 }, { steps: [{ silence: true }] }],
  ['to go on', { pieceTimeoutMs: 1_000 }, { steps: [{ text: 'a' }, { silence: true }] }],
  ['to answer', { timeoutMs: 1_000 }, { steps: [{ pieces: Array(999).fill('a'), everyMs: 20 }] }],
  ['to answer', { timeoutMs: 1_000 }, { status: 503, headers: { 'retry-after': '9' } }],
] as const)('whoever takes too long %s is left', async (what, options, reply) => {
  const { server, read } = await connect(() => structuredClone(reply) as object, options);
  await expect(read()).rejects.toMatchObject({
    code: 'model_timeout',
    message: expect.stringContaining(what),
  });
  await server.requests[0]?.closed;
  expect(server.requests).toHaveLength(1);
});

test('a caller that takes its time is not the provider’s fault', async () => {
  const { client } = await connect(
    { chat: [{ text: 'Slowly but surely.' }] },
    { pieceTimeoutMs: 2_000 },
  );
  let parts = 0;
  for await (const _ of client.stream('/chat/completions', { stream: true })) {
    parts += 1;
    if (parts === 1) await setTimeout(2_500);
  }
  expect(parts).toBeGreaterThan(0);
});

test.each([
  ['waits', { waitMs: 600_000 }],
  ['is silent', { steps: [{ text: 'a' }, { silence: true as const }] }],
  ['asks for patience', { status: 429, headers: { 'retry-after': '20' } }],
])('a cancel ends the request when the provider %s', { timeout: 15_000 }, async (_what, reply) => {
  const { server, read } = await connect({ chat: [reply] });
  const reason = new Error('cancelled');
  const controller = new AbortController();
  const reading = read(controller.signal);
  await expect.poll(() => server.requests).toHaveLength(1);
  await setTimeout(50);
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await server.requests[0]?.closed;
  await setTimeout(50);
  expect(server.requests).toHaveLength(1);
});

test('a caller that stops reading ends the request', async () => {
  const { server, client } = await connect({
    chat: [{ steps: [{ pieces: Array(500).fill('a'), everyMs: 10 }] }],
  });
  for await (const _ of client.stream('/chat/completions', { stream: true })) break;
  await server.requests[0]?.closed;
  expect(server.requests[0]?.answered).toBe(false);
});

test('a caller that never comes back holds nothing once its time is over', async () => {
  const { server, client, ask } = await connect({ chat: [{ text: 'a b c' }] }, { concurrency: 1 });
  const controller = new AbortController();
  await client.stream('/chat/completions', { stream: true }, controller.signal).next();
  const next = ask();
  await setTimeout(50);
  expect(server.requests).toHaveLength(1);
  controller.abort();
  await expect(next).resolves.toBeDefined();
});

test('no more than may are under way, and one more than may wait is told so', async () => {
  const { server, ask } = await connect(() => ({ waitMs: 600_000 }), { concurrency: 2 });
  const controller = new AbortController();
  const asked = Array.from({ length: 102 }, () => ask(controller.signal).catch(() => 'ended'));
  await expect(ask()).rejects.toMatchObject({
    code: 'model_unavailable',
    message: 'Too many requests wait for the model.',
  });
  await expect.poll(() => server.requests).toHaveLength(2);
  await setTimeout(50);
  expect(server.requests).toHaveLength(2);
  controller.abort();
  await Promise.all(asked);
  server.play({});
  await expect(ask()).resolves.toBeDefined();
});

test('a server that keeps failing is left alone, until one request succeeds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const { server, ask } = await connect({ chat: [{ status: 500 }] }, { maxRetries: 0 });
    for (let failures = 0; failures < 5; failures++) {
      await expect(ask()).rejects.toMatchObject({ code: 'model_failed' });
    }
    const open = { code: 'model_unavailable', retryAfterSeconds: 10 };
    await expect(ask()).rejects.toMatchObject(open);
    expect(server.requests).toHaveLength(5);

    vi.setSystemTime(Date.now() + 10_001);
    await expect(ask()).rejects.toMatchObject({ code: 'model_failed' });
    await expect(ask()).rejects.toMatchObject(open);

    vi.setSystemTime(Date.now() + 10_001);
    server.play(() => ({ waitMs: 3_000, text: 'Yes.' }));
    const trial = ask();
    await expect.poll(() => server.requests).toHaveLength(7);
    await expect(ask()).rejects.toMatchObject(open);
    await trial;
    await expect(ask()).resolves.toBeDefined();
  } finally {
    vi.useRealTimers();
  }
});

test('a trial that is cancelled proves nothing', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const { server, ask } = await connect({ chat: [{ status: 500 }] }, { maxRetries: 0 });
    for (let failures = 0; failures < 5; failures++) await ask().catch(() => {});
    vi.setSystemTime(Date.now() + 10_001);
    server.play(() => ({ waitMs: 600_000 }));
    const controller = new AbortController();
    const trial = ask(controller.signal);
    await expect.poll(() => server.requests).toHaveLength(6);
    controller.abort();
    await expect(trial).rejects.toThrow('aborted');
    await expect(ask()).rejects.toMatchObject({ message: 'The model has failed too often.' });
  } finally {
    vi.useRealTimers();
  }
});

test('refusals and too many requests are no outage', async () => {
  const { server, ask } = await connect({ chat: [{ status: 400 }] }, { maxRetries: 0 });
  for (let refusals = 0; refusals < 6; refusals++) await ask().catch(() => {});
  server.play({ chat: [{ status: 429 }] });
  for (let refusals = 0; refusals < 6; refusals++) await ask().catch(() => {});
  expect(server.requests).toHaveLength(12);
});

test.each([
  ['is not JSON', { body: '<html>' }],
  ['is compressed', { headers: { 'content-encoding': 'gzip' }, body: '{}' }],
  ['is too large', { body: 'x'.repeat(33_554_433) }],
])('an answer that %s is a failure', async (_what, reply) => {
  const { ask } = await connect({ chat: [reply] });
  await expect(ask()).rejects.toMatchObject({
    code: 'model_failed',
    message: 'The model gave no answer that can be used',
  });
});

test('an error of any size is read in part', async () => {
  const body = 'x'.repeat(5_000_000);
  const { ask } = await connect({ chat: [{ status: 400, body }] });
  const error = await ask().catch((error: Error) => error);
  expect(error).toMatchObject({ cause: { message: `status 400: ${'x'.repeat(16_384)}` } });
});

test('what does not speak HTTP is unavailable', async () => {
  const server = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const client = createModelClient({
    ...limits,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    maxRetries: 0,
  });
  await expect(client.json('/models', {})).rejects.toMatchObject({ code: 'model_unavailable' });
  server.close();
});
