import { afterEach, expect, test } from 'vitest';
import type { Answerer } from '../../src/chat/answerer.ts';
import { createAnswerers } from '../../src/chat/answerers.ts';
import type { Message } from '../../src/schemas/messages.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importSample } from '../helpers/factories.ts';
import { readEvents } from '../helpers/openapi.ts';

/** What the answerer does after its first words; each test says it anew. */
let goOn: () => AsyncIterable<string> = nothing;
async function* nothing(): AsyncGenerator<string> {}
afterEach(() => {
  goOn = nothing;
});
const answerer: Answerer = {
  name: 'scripted',
  async *answer() {
    yield 'The wheel ';
    yield 'stalled [s1].';
    yield* goOn();
    return { promptTokens: 0, completionTokens: 0 };
  },
};
const ANSWER = 'The wheel stalled [1].';

const parley = await buildTestApp({}, { answerers: createAnswerers([answerer]) });
const { app, client, db, repositories } = parley;
const ada = await client.register();
await importSample(db, ada.user.id);
const address = await app.listen({ port: 0 });

async function start(): Promise<{ id: string; url: string }> {
  const { id } = await repositories.conversations.create(ada.user.id, {});
  return { id, url: `/v1/conversations/${id}/messages` };
}
const stream = (url: string) =>
  ada.request('POST', url, { content: 'Why?' }, { accept: 'text/event-stream' });
const answerIn = async (url: string) =>
  (await ada.request<{ data: Message[] }>('GET', url)).body.data[1];

/** A stream over a real connection, which can be left. */
async function open(url: string, signal: AbortSignal, base = address) {
  const response = await fetch(base + url, {
    method: 'POST',
    body: JSON.stringify({ content: 'Why?' }),
    headers: {
      ...ada.credentials,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    signal,
  });
  if (!response.body) throw new Error('no body');
  return response.body.pipeThrough(new TextDecoderStream()).getReader();
}

test('an answerer that breaks off ends the stream with one last event, which reveals nothing', async () => {
  goOn = async function* () {
    yield ' And';
    throw new Error('the key sk-123 was refused by http://10.0.0.1');
  };
  const { url } = await start();
  const { status, text } = await stream(url);
  expect(status).toBe(201);
  const events = readEvents(text);
  expect(events.filter(({ event }) => /completed|interrupted|failed/.test(event))).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({
    event: 'message.failed',
    data: { problem: { status: 500, code: 'internal', detail: 'Internal server error' } },
  });
  expect(text).not.toContain('sk-123');
  const stored = await answerIn(url);
  expect(stored).toMatchObject({ status: 'failed', content: `${ANSWER} And` });
  expect(stored?.citations).toMatchObject([{ number: 1, quoteMatch: 'exact' }]);
});

test('without a stream the same is a 500, and the same is stored', async () => {
  goOn = async function* () {
    yield ' And';
    throw new Error('gone');
  };
  const { url } = await start();
  expect(await ada.request('POST', url, { content: 'Why?' })).toMatchObject({
    status: 500,
    body: { code: 'internal' },
  });
  expect(await answerIn(url)).toMatchObject({ status: 'failed', content: `${ANSWER} And` });
  goOn = nothing;
  const next = await ada.request<Message>('POST', url, { content: 'Again?' });
  expect(next.body).toMatchObject({ status: 'complete', content: ANSWER });
});

test('ids that nobody gave are dropped, also when they come in pieces', async () => {
  goOn = async function* () {
    yield ' [s';
    yield '99';
    yield '] [sx] [';
  };
  const { url } = await start();
  const { body } = await ada.request<Message>('POST', url, { content: 'Why?' });
  expect(body.content).toBe(`${ANSWER} [sx] [`);
  expect(body.citations).toHaveLength(1);
});

test('a reader that leaves does not keep the answer from being made', async () => {
  const left = Promise.withResolvers<void>();
  goOn = async function* () {
    await left.promise;
    yield ' Slowly.';
  };
  const { url } = await start();
  const controller = new AbortController();
  const reader = await open(url, controller.signal);
  await reader.read();
  expect(await answerIn(url)).toMatchObject({ status: 'streaming', content: '' });
  controller.abort();
  left.resolve();
  await expect
    .poll(() => answerIn(url))
    .toMatchObject({ status: 'complete', content: `${ANSWER} Slowly.` });
});

test('events arrive while the answer is being made', async () => {
  const seen = Promise.withResolvers<void>();
  goOn = async function* () {
    await seen.promise;
    yield ' Slowly.';
  };
  const { url } = await start();
  const reader = await open(url, AbortSignal.timeout(50_000));
  let text = '';
  while (!text.includes('event: citation')) text += (await reader.read()).value ?? '';
  expect(text).not.toContain('Slowly');
  seen.resolve();
  for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
  expect(readEvents(text).at(-1)?.event).toBe('message.completed');
});

test('a conversation that is deleted meanwhile ends the stream as not found', async () => {
  const { id, url } = await start();
  goOn = async function* () {
    await repositories.conversations.delete(ada.user.id, id);
    yield ' Gone.';
  };
  const { text } = await stream(url);
  expect(readEvents(text).at(-1)).toMatchObject({
    event: 'message.failed',
    data: { problem: { status: 404, code: 'not_found' } },
  });
  expect((await ada.request('GET', url)).status).toBe(404);
});

test('questions at the same time each get their own answer', async () => {
  const { url } = await start();
  const answers = await Promise.all(
    ['A?', 'B?', 'C?', 'D?'].map((content) => ada.request<Message>('POST', url, { content })),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  const { data } = (await ada.request<{ data: Message[] }>('GET', url)).body;
  expect(data).toHaveLength(8);
  const questions = answers.map(({ body }) => data.find(({ id }) => id === body.parentId)?.content);
  expect(questions).toEqual(['A?', 'B?', 'C?', 'D?']);
});

test.each([
  ['text/event-stream', 'text/event-stream'],
  ['text/event-stream, application/json;q=0.5', 'text/event-stream'],
  ['application/json', 'application/json'],
  ['*/*', 'application/json'],
])('who accepts %s gets %s', async (accept, type) => {
  const { url } = await start();
  const { headers } = await ada.request('POST', url, { content: 'Why?' }, { accept });
  expect(headers['content-type']).toMatch(new RegExp(`^${type}`));
});

test('a server that closes lets the stream end with its last event', async () => {
  const closing = Promise.withResolvers<void>();
  goOn = async function* () {
    await closing.promise;
    yield ' Slowly.';
  };
  const { url } = await start();
  const reader = await open(url, AbortSignal.timeout(50_000));
  let text = '';
  while (!text.includes('event: citation')) text += (await reader.read()).value ?? '';
  const closed = app.close();
  setTimeout(closing.resolve, 200);
  for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
  expect(readEvents(text).at(-1)?.event).toMatch(/^message\.(completed|interrupted)$/);
  await closed;
  const row = readEvents(text)[0]?.data.message as Message;
  const stored = await repositories.messages.getById(ada.user.id, row.id);
  expect(stored?.status).not.toBe('streaming');
});
