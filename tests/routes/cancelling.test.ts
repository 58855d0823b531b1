import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { closeAllAbandoned, closeEach } from '../../src/chat/live/close-abandoned.ts';
import { createLiveAnswers } from '../../src/chat/live/live-answers.ts';
import type { Message } from '../../src/schemas/messages.ts';
import { createGate, playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { createClient } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';
import { messageIdIn, openStream } from '../helpers/event-reader.ts';
import { importSample } from '../helpers/factories.ts';
import { readEvents } from '../helpers/openapi.ts';

const played = playAnswerer();
const parley = await buildTestApp({}, { answerers: played.answerers });
const { app, client, db, repositories } = parley;
const ada = await client.register();
await importSample(db, ada.user.id);
const address = await app.listen({ port: 0 });
/** Another process on the same database. */
const liveAnswers = createLiveAnswers(repositories, { writer: 'another', timeoutMs: 60_000 });
const other = await buildApp({ ...parley, liveAnswers }, false);
const elsewhere = createClient(other, parley).actAs(ada.user.id, ada.credentials);
afterEach(() => query(db, 'delete from conversations'));

async function start(): Promise<string> {
  const { id } = await repositories.conversations.create(ada.user.id, {});
  return `/v1/conversations/${id}/messages`;
}
async function open(url: string, base = address) {
  const body = { content: 'Why?' };
  const reader = await openStream(base + url, { body, headers: ada.credentials });
  await reader.until('event: citation');
  return { reader, id: messageIdIn(reader.text()) };
}
const cancel = (id: string, actor: typeof elsewhere = ada) =>
  actor.request<Message>('POST', `/v1/messages/${id}/cancel`);
const stored = async (id: string) => (await ada.request<Message>('GET', `/v1/messages/${id}`)).body;

/** Says something, and then waits to be stopped, or does not even listen. */
const stubborn = { isStopped: false, listens: true };
async function* talk(signal: AbortSignal) {
  stubborn.isStopped = false;
  yield 'The wheel stalled [s1].';
  const stop = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => {
    stubborn.isStopped = true;
    if (stubborn.listens) stop.reject(signal.reason);
  });
  await stop.promise;
}

test.each([
  ['the same process', true, () => ada],
  ['another process', true, () => elsewhere],
  ['the same process, with an answerer that does not listen', false, () => ada],
])('cancelling from %s ends the answer, with what was written', async (_, listens, actor) => {
  played.script = talk;
  stubborn.listens = listens;
  const { reader, id } = await open(await start());
  const { status, body, text } = await cancel(id, actor());
  expect(stubborn.isStopped).toBe(true);
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'interrupted', content: 'The wheel stalled [1].' });
  expect(body.citations).toMatchObject([{ number: 1, quoteMatch: 'exact' }]);
  await reader.rest();
  const terminal = reader.events().filter(({ event }) => /^message\.[^c]|completed/.test(event));
  expect(terminal).toMatchObject([{ event: 'message.interrupted' }]);
  expect(reader.text()).toContain(`data: {"message":${text}}\n\n`);
  expect((await ada.request('GET', `/v1/messages/${id}`)).text).toBe(text);
  expect(await query(db, 'select * from message_leases')).toEqual([]);
  expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'not_streaming' } });
});

test('whoever asked for JSON gets what was written when another one cancels', async () => {
  played.script = talk;
  const url = await start();
  const asked = ada.request<Message>('POST', url, { content: 'Why?' });
  const listed = async () => (await ada.request<{ data: Message[] }>('GET', url)).body.data;
  await expect.poll(async () => (await listed()).length).toBe(2);
  const id = (await listed())[1]?.id ?? '';
  await expect.poll(() => parley.liveAnswers.find(id)?.last()).toBeGreaterThan(3);
  await cancel(id);
  expect(await asked).toMatchObject({
    status: 201,
    body: { status: 'interrupted', content: 'The wheel stalled [1].' },
  });
});

test('an answer that takes too long fails, and keeps what was written', async () => {
  played.script = talk;
  const timers = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => timers.mockRestore());
  const timeoutMs = 3_600_000;
  const liveAnswers = createLiveAnswers(repositories, { writer: 'hasty', timeoutMs });
  const hasty = await buildApp({ ...parley, liveAnswers }, false);
  onTestFinished(() => hasty.close());
  const { reader, id } = await open(await start(), await hasty.listen({ port: 0 }));
  // The time is over once it has begun, however slow the machine is.
  const [whenOver] = timers.mock.calls.find(([, ms]) => ms === timeoutMs) ?? [];
  whenOver?.();
  expect(readEvents(await reader.rest()).at(-1)).toMatchObject({
    event: 'message.failed',
    data: { problem: { status: 504, code: 'model_timeout' } },
  });
  expect(await stored(id)).toMatchObject({ status: 'failed', content: 'The wheel stalled [1].' });
});

test('an answer without end fails at its longest', async () => {
  played.script = async function* () {
    for (;;) yield 'So it goes. '.repeat(1_000);
  };
  const answer = await ada.request('POST', await start(), { content: 'Why?' });
  expect(answer).toMatchObject({ status: 502, body: { code: 'model_failed' } });
});

test('what no database stores is replaced, and letters that come in halves are put together', async () => {
  played.script = async function* () {
    for (const piece of ['A\0B \ud83c', '\udfa1 C\ud83c', ' D\udfa1', ' E\ud83c']) yield piece;
  };
  const { status, body } = await ada.request<Message>('POST', await start(), { content: 'Why?' });
  expect(status).toBe(201);
  expect(body.content).toBe('A\ufffdB 🎡 C\ufffd D\ufffd E\ufffd');
  const { text } = await ada.request('GET', `/v1/messages/${body.id}/events`);
  const deltas = readEvents(text).filter(({ event }) => event === 'delta');
  expect(deltas.map(({ data }) => data.text).join('')).toBe(body.content);
});

test('a conversation that is deleted stops the answer that nobody can read', async () => {
  played.script = talk;
  stubborn.listens = true;
  const { reader } = await open(await start());
  await query(db, 'delete from conversations');
  expect(readEvents(await reader.rest()).at(-1)).toMatchObject({
    event: 'message.failed',
    data: { problem: { code: 'not_found' } },
  });
  await expect.poll(() => stubborn.isStopped).toBe(true);
});

test('what a process left behind is closed with what its events hold, once its lease has run out', async () => {
  const gate = createGate();
  played.script = async function* () {
    yield 'The wheel stalled [s1].';
    await gate.passed;
    yield ' Never heard.';
  };
  const { reader, id } = await open(await start());
  const told = reader.events().length;
  await expect
    .poll(() => query(db, `select 1 from message_events where type = 'citation'`))
    .toHaveLength(1);
  await closeAllAbandoned(parley);
  expect((await stored(id)).status).toBe('streaming');
  // As if it had not beaten for long; another process takes it for dead before it beats again.
  await db.transaction(async (tx) => {
    await query(tx, `update message_leases set writer = 'gone', beat_at = now() - interval '16 s'`);
    await closeAllAbandoned({ db: tx });
  });
  const closed = await stored(id);
  expect(closed).toMatchObject({ status: 'interrupted', content: 'The wheel stalled [1].' });
  expect(closed.citations).toMatchObject([
    {
      number: 1,
      quote: expect.any(String),
      anchor: { status: 'anchored' },
      startMs: expect.any(Number),
    },
  ]);
  expect(closed.coverage).toMatchObject({ chunksRead: 8 });
  // It lives after all: it stops, and tells of the end that the message has.
  expect(readEvents(await reader.rest()).at(-1)).toMatchObject({
    id: told + 1,
    event: 'message.interrupted',
    data: { message: closed },
  });
  gate.open();
  expect(await stored(id)).toEqual(closed);
  await expect.poll(() => parley.liveAnswers.find(id)).toBeUndefined();
  const { text } = await ada.request('GET', `/v1/messages/${id}/events?after=${told}`);
  expect(readEvents(text)).toMatchObject([
    { id: told + 1, event: 'message.interrupted', data: { message: closed } },
  ]);
});

test('a server that starts again closes what it left, whatever the lease says', async () => {
  played.script = talk;
  const { reader, id } = await open(await start());
  const { messageLeases } = repositories;
  const { writer } = parley.liveAnswers;
  await closeEach(parley, await messageLeases.listByWriter('another'), 'another');
  expect((await stored(id)).status).toBe('streaming');
  await closeEach(parley, await messageLeases.listByWriter(writer), writer);
  expect((await stored(id)).status).toBe('interrupted');
  expect(readEvents(await reader.rest()).at(-1)?.event).toBe('message.interrupted');
});

test('a server that closes interrupts its answers, and stores them', async () => {
  played.script = talk;
  const { reader, id } = await open(await start());
  const closed = app.close();
  expect(readEvents(await reader.rest()).at(-1)).toMatchObject({
    event: 'message.interrupted',
    data: { message: { id, content: 'The wheel stalled [1].' } },
  });
  await closed;
  expect(await repositories.messages.getById(ada.user.id, id)).toMatchObject({
    status: 'interrupted',
    content: 'The wheel stalled [1].',
  });
  await other.close();
});
