import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { createLiveAnswers } from '../../src/chat/live/live-answers.ts';
import type { Message } from '../../src/schemas/messages.ts';
import { createGate, playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { messageIdIn, openStream, withoutHeartbeats } from '../helpers/event-reader.ts';
import { importSample } from '../helpers/factories.ts';
import { readEvents } from '../helpers/openapi.ts';

const played = playAnswerer();
const settings = { STREAM_HEARTBEAT_MS: '50' };
const parley = await buildTestApp(settings, { answerers: played.answerers });
const { app, client, db, repositories } = parley;
const ada = await client.register();
const bob = await client.register();
await importSample(db, ada.user.id);
const address = await app.listen({ port: 0 });
/** Another process on the same database. */
const liveAnswers = createLiveAnswers(repositories, { writer: 'another', timeoutMs: 60_000 });
const other = await buildApp({ ...parley, liveAnswers }, false);
const otherAddress = await other.listen({ port: 0 });

const headers = { ...ada.credentials };
async function start(): Promise<string> {
  const { id } = await repositories.conversations.create(ada.user.id, {});
  return `/v1/conversations/${id}/messages`;
}
const ask = async (url?: string, base = address) =>
  openStream(base + (url ?? (await start())), { body: { content: 'Why?' }, headers });
const resume = (id: string, after: number, base = address) =>
  openStream(`${base}/v1/messages/${id}/events`, {
    headers: { ...headers, 'last-event-id': String(after) },
  });
const eventsOf = async (id: string, more = '', also = {}) => {
  const answer = await ada.request('GET', `/v1/messages/${id}/events${more}`, undefined, also);
  return { ...answer, text: withoutHeartbeats(answer.text) };
};
/** Waits until an answer is no longer in memory. */
const forgotten = (id: string) => expect.poll(() => parley.liveAnswers.find(id)).toBeUndefined();
/** What comes behind an event, of a whole stream. */
const behind = (text: string, after: number) =>
  text
    .split(/(?<=\n\n)/)
    .filter((block) => !block.startsWith(':') && Number(/^id: (\d+)/.exec(block)?.[1]) > after)
    .join('');

/** Many small pieces, some of which cite, with letters that are more than a byte. */
async function* say(pieces: number): AsyncGenerator<string> {
  for (let index = 0; index < pieces; index += 1) {
    yield index % 10 === 9 ? ' The wheel 🎡 stalled [s1].' : ` Wört${index}`;
  }
}

test('whoever comes back with the last id gets the rest, byte for byte, from wherever it was', async () => {
  const gate = createGate();
  played.script = async function* () {
    yield* say(40);
    await gate.passed;
    yield* say(20);
  };
  const first = await ask();
  await first.until('Wört38');
  const id = messageIdIn(first.text());
  const cuts = [0, 1, 2, 17, 33];
  const early = await Promise.all(
    cuts.flatMap((after) => [resume(id, after), resume(id, after, otherAddress)]),
  );
  gate.open();
  const whole = behind(await first.rest(), 0);
  for (const [index, reader] of early.entries()) {
    const rest = behind(await reader.rest(), 0);
    expect(rest).toBe(behind(whole, cuts[Math.floor(index / 2)] ?? 0));
  }
  const last = readEvents(whole).at(-1)?.id ?? 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(last - 1), fc.boolean(), async (after, elsewhere) => {
      const reader = await resume(id, after, elsewhere ? otherAddress : address);
      expect(
        behind(whole.slice(0, whole.length - behind(whole, after).length), 0) +
          behind(await reader.rest(), 0),
      ).toBe(whole);
    }),
    { numRuns: 30 },
  );
});

test('the events of an answer that was asked for as JSON are kept too', async () => {
  played.script = () => say(12);
  const { body, text } = await ada.request<Message>('POST', await start(), { content: 'Why?' });
  const events = readEvents((await eventsOf(body.id)).text);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  expect(events.map(({ event }) => event)).toContain('citation');
  expect(events.at(-1)).toMatchObject({ event: 'message.completed' });
  expect((await eventsOf(body.id)).text).toContain(`data: {"message":${text}}\n\n`);
  const deltas = events.filter(({ event }) => event === 'delta').map(({ data }) => data.text);
  expect(deltas.join('')).toBe(body.content);
});

test('events that are gone leave the last one, with the message', async () => {
  played.script = () => say(12);
  const { body, text } = await ada.request<Message>('POST', await start(), { content: 'Why?' });
  // By then all of them are stored.
  await forgotten(body.id);
  await query(
    db,
    `update messages set created_at = now() - interval '25 hours' where id = '${body.id}'`,
  );
  expect(await repositories.messageEvents.deleteExpired()).toBeGreaterThan(0);
  const message = (await ada.request('GET', `/v1/messages/${body.id}`)).text;
  expect(message.replace(/"createdAt":"[^"]*"/, '')).toBe(text.replace(/"createdAt":"[^"]*"/, ''));
  for (const after of [0, 5]) {
    expect((await eventsOf(body.id, `?after=${after}`)).text).toBe(
      `id: ${after + 1}\nevent: message.completed\ndata: {"message":${message}}\n\n`,
    );
  }
});

test('a failed answer fails once more for whoever comes later, as it did at first', async () => {
  played.script = async function* () {
    yield 'It';
    throw new Error('a secret');
  };
  const first = await ask();
  const whole = behind(await first.rest(), 0);
  const id = messageIdIn(whole);
  expect((await eventsOf(id)).text).toBe(whole);
  await forgotten(id);
  await query(db, `delete from message_events where message_id = '${id}'`);
  expect(readEvents((await eventsOf(id, '?after=3')).text)).toMatchObject([
    { id: 4, event: 'message.failed', data: { problem: { code: 'internal' } } },
  ]);
});

test('behind the last event there is nothing but the end once more', async () => {
  played.script = () => say(3);
  const { body } = await ada.request<Message>('POST', await start(), { content: 'Why?' });
  const last = readEvents((await eventsOf(body.id)).text).at(-1)?.id ?? 0;
  const again = readEvents((await eventsOf(body.id, '', { 'last-event-id': String(last) })).text);
  expect(again).toMatchObject([{ id: last, event: 'message.completed' }]);
});

test.each(['x', '-1', '1.5', '2147483647', '1,2', ' 1 1'])('the id %j is none', async (id) => {
  const { body } = await ada.request<Message>('POST', await start(), { content: 'Why?' });
  expect(await eventsOf(body.id, '', { 'last-event-id': id })).toMatchObject({
    status: 400,
    body: { code: 'malformed_request' },
  });
  expect((await eventsOf(body.id, `?after=${encodeURIComponent(id)}`)).status).toBe(400);
});

test('another one’s answer cannot be resumed, cancelled, made again or shown', async () => {
  const { body } = await ada.request<Message>('POST', await start(), { content: 'Why?' });
  for (const [method, path] of [
    ['GET', 'events'],
    ['POST', 'cancel'],
    ['POST', 'activate'],
  ] as const) {
    expect((await bob.request(method, `/v1/messages/${body.id}/${path}`)).status).toBe(404);
  }
  const again = await bob.request('POST', `/v1/messages/${body.id}/regenerate`, {});
  expect(again.status).toBe(404);
});

test('a stream says that it lives while nothing happens, and that it is not to be kept back', async () => {
  const gate = createGate();
  played.script = async function* () {
    yield 'It';
    await gate.passed;
  };
  const reader = await ask();
  await reader.until(': heartbeat\n\n');
  const resumed = await resume(messageIdIn(reader.text()), 0);
  await resumed.until(': heartbeat\n\n');
  gate.open();
  for (const { headers: sent } of [reader, resumed]) {
    expect(sent.get('cache-control')).toBe('no-cache, no-transform');
    expect(sent.get('x-accel-buffering')).toBe('no');
  }
  expect(readEvents(await reader.rest()).at(-1)?.event).toBe('message.completed');
  await resumed.rest();
});

test('who is logged out does not read on to the end, and the answer goes on', async () => {
  const gate = createGate();
  played.script = async function* () {
    yield 'It';
    await gate.passed;
    yield ' stalled.';
  };
  const session = await ada.bySession();
  const url = await start();
  const own = await openStream(address + url, {
    body: { content: 'Why?' },
    headers: session.credentials,
  });
  await own.until('event: delta');
  const id = messageIdIn(own.text());
  const stays = await resume(id, 0);
  await query(
    db,
    `delete from sessions where token_hash = (select token_hash from sessions
    where user_id = '${ada.user.id}' order by created_at desc limit 1)`,
  );
  const events = readEvents(await own.rest());
  expect(events.at(-1)).toMatchObject({
    id: events.at(-2)?.id,
    event: 'message.failed',
    data: { problem: { code: 'unauthenticated' } },
  });
  gate.open();
  expect(readEvents(await stays.rest()).at(-1)).toMatchObject({
    event: 'message.completed',
    data: { message: { content: 'It stalled.' } },
  });
});

test('a server that closes ends the streams of another one’s answers too, and they go on there', async () => {
  const gate = createGate();
  played.script = async function* () {
    yield 'It';
    await gate.passed;
    yield ' stalled.';
  };
  const reader = await ask();
  await reader.until('event: delta');
  const id = messageIdIn(reader.text());
  const away = await resume(id, 0, otherAddress);
  await away.until('event: delta');
  const closed = other.close();
  expect(readEvents(await away.rest()).at(-1)).toMatchObject({
    event: 'message.failed',
    data: { problem: { code: 'unavailable' } },
  });
  await closed;
  gate.open();
  expect(readEvents(await reader.rest()).at(-1)?.event).toBe('message.completed');
});
