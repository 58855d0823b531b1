import { expect, test } from 'vitest';
import type { Answerer } from '../../src/chat/answerer.ts';
import { createAnswerers } from '../../src/chat/answerers.ts';
import type { Conversation } from '../../src/schemas/conversations.ts';
import { buildTestApp } from '../helpers/app.ts';
import { PASSWORD } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';
import { importSample } from '../helpers/factories.ts';
import { readEvents } from '../helpers/openapi.ts';

let failures = 0;
/** Fails as often as `failures` says, then answers. */
const answerer: Answerer = {
  name: 'unreliable',
  async *answer() {
    if (failures-- > 0) throw new Error('the provider is gone');
    yield 'The wheel stalled.';
    return { promptTokens: 0, completionTokens: 0 };
  },
};
const { client, db } = await buildTestApp({}, { answerers: createAnswerers([answerer]) });
const ada = await client.register();
const bob = await client.register();
await importSample(db, ada.user.id);

const KEY = 'idempotency-key';
let count = 0;
const newKey = () => ({ [KEY]: `key-${++count}` });
const conversations = async (title: string) => {
  const [row] = await query<{ count: number }>(
    db,
    `select count(*)::integer from conversations where title = '${title}'`,
  );
  return row?.count;
};
const create = (title: string, headers: Record<string, string>, actor = ada) =>
  actor.request<Conversation>('POST', '/v1/conversations', { title }, headers);

test('the same request under the same key gets the same answer, and is done once', async () => {
  const key = newKey();
  const first = await create('Once', key);
  const again = await create('Once', key);
  expect(first.headers).not.toHaveProperty('idempotency-replayed');
  expect(again).toMatchObject({
    status: 201,
    text: first.text,
    headers: { 'idempotency-replayed': 'true', 'content-type': first.headers['content-type'] },
  });
  expect(await conversations('Once')).toBe(1);
});

test('another body, route or form of answer under the same key is refused', async () => {
  const key = newKey();
  await create('First', key);
  const others = [
    create('Second', key),
    ada.request('POST', '/v1/search', { query: 'First' }, key),
    ada.request('POST', '/v1/conversations', { title: 'First' }, { ...key, accept: 'text/plain' }),
  ];
  for (const other of others) {
    expect(await other).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } });
  }
  expect(await conversations('Second')).toBe(0);
});

test('a key is its user’s own', async () => {
  const key = newKey();
  const [mine, theirs] = [await create('Shared', key), await create('Shared', key, bob)];
  expect(theirs.status).toBe(201);
  expect(theirs.body.id).not.toBe(mine.body.id);
  expect((await create('Shared', key)).text).toBe(mine.text);
  expect((await create('Shared', key, bob)).text).toBe(theirs.text);
});

test('requests at the same time under one key are done once', async () => {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 8 }, () => create('At once', key)));
  const done = answers.filter(({ status }) => status === 201);
  const waiting = answers.filter(({ status }) => status === 409);
  expect(done.length + waiting.length).toBe(8);
  expect(new Set(done.map(({ text }) => text)).size).toBe(1);
  for (const answer of waiting) {
    expect(answer.body).toMatchObject({ code: 'idempotency_in_progress' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(await conversations('At once')).toBe(1);
  expect((await create('At once', key)).text).toBe(done[0]?.text);
});

test('a deletion is replayed, though what it deleted is gone', async () => {
  const { id } = (await create('Gone', {})).body;
  const key = newKey();
  for (const replayed of [undefined, 'true']) {
    const answer = await ada.request('DELETE', `/v1/conversations/${id}`, undefined, key);
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers['idempotency-replayed']).toBe(replayed);
  }
  expect((await ada.request('DELETE', `/v1/conversations/${id}`)).status).toBe(404);
});

test('a mistake of the caller is replayed; what never ran leaves the key free', async () => {
  const key = newKey();
  const url = '/v1/conversations/00000000-0000-4000-8000-000000000000';
  expect((await ada.request('PATCH', url, { titel: 'x' }, key)).status).toBe(400);
  const missing = await ada.request('PATCH', url, { title: 'x' }, key);
  expect(missing).toMatchObject({ status: 404 });
  const again = await ada.request('PATCH', url, { title: 'x' }, key);
  expect(again).toMatchObject({ status: 404, text: missing.text });
  expect(again.headers).toMatchObject({
    'idempotency-replayed': 'true',
    'content-type': missing.headers['content-type'],
  });
});

test('a streamed answer is replayed as the stream that it was', async () => {
  const { id } = (await create('Streamed', {})).body;
  const headers = { ...newKey(), accept: 'text/event-stream' };
  const ask = () =>
    ada.request('POST', `/v1/conversations/${id}/messages`, { content: 'Why?' }, headers);
  const first = await ask();
  const again = await ask();
  expect(readEvents(first.text).at(-1)?.event).toBe('message.completed');
  expect(again).toMatchObject({
    status: 201,
    text: first.text,
    headers: {
      'idempotency-replayed': 'true',
      'content-type': first.headers['content-type'],
    },
  });
  const list = await ada.request<{ data: [] }>('GET', `/v1/conversations/${id}/messages`);
  expect(list.body.data).toHaveLength(2);
});

test.each(['application/json', 'text/event-stream'])(
  'a failure of ours in %s leaves the key free, so that the same request can succeed',
  async (accept) => {
    const { id } = (await create('Failing', {})).body;
    const headers = { ...newKey(), accept };
    const ask = () =>
      ada.request('POST', `/v1/conversations/${id}/messages`, { content: 'Why?' }, headers);
    failures = 1;
    const failed = await ask();
    expect(failed.text).toContain('"code":"internal"');
    expect(failed.text).not.toContain('provider');
    const done = await ask();
    expect(done.status).toBe(201);
    expect(done.headers).not.toHaveProperty('idempotency-replayed');
    expect(done.text).toContain('The wheel stalled.');
  },
);

test.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('the key %j is malformed', async (key) => {
  expect(await create('Malformed', { [KEY]: key })).toMatchObject({
    status: 400,
    body: { code: 'malformed_request' },
  });
});

test('a key has up to 255 characters', async () => {
  expect((await create('Long', { [KEY]: 'x'.repeat(255) })).status).toBe(201);
});

test('an upload is told from another one by its bytes', async () => {
  const key = newKey();
  const send = (text: string) => {
    const form = new FormData();
    form.set('file', new File([text], 'a.txt'));
    // A boundary is new each time; what it separates is the same.
    return ada.request('POST', '/v1/transcripts', form, key);
  };
  const first = await send('One thing was said.');
  expect(first.status).toBe(201);
  expect(await send('One thing was said.')).toMatchObject({ status: 201, text: first.text });
  expect((await send('Two things were said.')).status).toBe(422);
});

test('answers that hold a secret are never stored', async () => {
  const key = newKey();
  const created = await ada.request('POST', '/v1/api-keys', { name: 'K', scopes: ['read'] }, key);
  expect(created).toMatchObject({ status: 400, body: { code: 'idempotency_unsupported' } });
  const credentials = { email: ada.user.email, password: PASSWORD };
  for (const caller of [ada, await ada.byCookie()]) {
    const login = await caller.request('POST', '/v1/auth/login', credentials, key);
    expect(login.status).toBe(200);
  }
  const rows = await query(db, `select key from idempotency_keys where body like '%"token"%'`);
  expect(rows).toEqual([]);
});

test('a key is free again after a day', async () => {
  const key = newKey();
  const first = await create('Daily', key);
  await query(db, `update idempotency_keys set expires_at = now() where key = '${key[KEY]}'`);
  const second = await create('Daily', key);
  expect(second.status).toBe(201);
  expect(second.body.id).not.toBe(first.body.id);
  const [row] = await query<{ hours: number }>(
    db,
    `select round(extract(epoch from expires_at - now()) / 3600)::integer as hours
     from idempotency_keys where key = '${key[KEY]}'`,
  );
  expect(row?.hours).toBe(24);
});
