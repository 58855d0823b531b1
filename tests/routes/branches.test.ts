import { expect, test } from 'vitest';
import type { Message } from '../../src/schemas/messages.ts';
import { playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { importSample, importText } from '../helpers/factories.ts';
import { readEvents } from '../helpers/openapi.ts';

const played = playAnswerer();
const { client, db } = await buildTestApp({}, { answerers: played.answerers });
const ada = await client.register();
const { transcript } = await importSample(db, ada.user.id);
let count = 0;
played.script = async function* (_, content) {
  yield `${content} Answer ${++count}.`;
};

async function start(body = {}): Promise<string> {
  const { id } = (await ada.request<{ id: string }>('POST', '/v1/conversations', body)).body;
  return `/v1/conversations/${id}/messages`;
}
const ask = async (url: string, content: string, more = {}) =>
  (await ada.request<Message>('POST', url, { content, ...more })).body;
const listed = async (url: string) =>
  (await ada.request<{ data: Message[] }>('GET', `${url}?limit=100`)).body.data;
const shown = async (url: string) => (await listed(url)).map(({ content }) => content);
const get = async (id: string) => (await ada.request<Message>('GET', `/v1/messages/${id}`)).body;
const regenerate = (id: string, body = {}, headers = {}) =>
  ada.request<Message>('POST', `/v1/messages/${id}/regenerate`, body, headers);
const activate = (id: string) => ada.request<Message>('POST', `/v1/messages/${id}/activate`);

test('an answer that is made again stands beside the first, and follows what it followed', async () => {
  const url = await start();
  const first = await ask(url, 'A?');
  const second = await ask(url, 'B?');
  const again = await regenerate(first.id);
  expect(again).toMatchObject({
    status: 201,
    body: { parentId: first.parentId, status: 'complete' },
  });
  expect(again.body.siblingIds).toEqual([first.id, again.body.id]);
  expect((await get(first.id)).siblingIds).toEqual([first.id, again.body.id]);
  expect(await shown(url)).toEqual(['A?', again.body.content]);
  expect(played.histories.at(-1)).toEqual([]);

  // Of the question it is the same; what was asked behind the first answer is still there.
  const third = await regenerate(first.parentId ?? '');
  expect(third.body.siblingIds).toEqual([first.id, again.body.id, third.body.id]);
  expect(await activate(first.id)).toMatchObject({ status: 200, body: { id: first.id } });
  expect(await shown(url)).toEqual(['A?', first.content, 'B?', second.content]);
});

test('a question that is edited begins a branch, and its answer knows that branch alone', async () => {
  const url = await start();
  const first = await ask(url, 'A?');
  const second = await ask(url, 'B?');
  await ask(url, 'C?');
  const edited = await ask(url, 'B, edited?', { parentId: first.id });
  expect(await shown(url)).toEqual(['A?', first.content, 'B, edited?', edited.content]);
  expect(played.histories.at(-1)).toEqual(['A?', first.content]);
  const [, , question] = await listed(url);
  expect(question?.siblingIds).toEqual([second.parentId, question?.id]);
  const next = await ask(url, 'D?');
  expect(played.histories.at(-1)).toEqual(['A?', first.content, 'B, edited?', edited.content]);

  const anew = await ask(url, 'A, edited?', { parentId: null });
  expect(await shown(url)).toEqual(['A, edited?', anew.content]);
  expect(played.histories.at(-1)).toEqual([]);
  const roots = (await get(first.parentId ?? '')).siblingIds;
  expect(roots).toEqual([first.parentId, anew.parentId]);
  expect((await get(anew.parentId ?? '')).siblingIds).toEqual(roots);

  // The newest end below: that of the edited question.
  await activate(first.parentId ?? '');
  expect((await shown(url)).at(-1)).toBe(next.content);
  await activate(second.id);
  expect(await shown(url)).toHaveLength(6);
});

test('a page of a branch goes on in the same branch', async () => {
  const url = await start();
  const first = await ask(url, 'A?');
  for (const content of ['B?', 'C?']) await ask(url, content, { parentId: first.id });
  type Page = { data: Message[]; nextCursor: string };
  const page = (await ada.request<Page>('GET', `${url}?limit=2`)).body;
  const rest = (await ada.request<Page>('GET', `${url}?limit=2&cursor=${page.nextCursor}`)).body;
  expect([...page.data, ...rest.data].map(({ content }) => content)).toEqual(await shown(url));
  expect(rest.data[0]?.content).toBe('C?');
});

test('another answer has the scope of its question, and is streamed like the first', async () => {
  const url = await start({ scope: {} });
  const timeRanges = [{ transcriptId: transcript.id, startMs: 0, endMs: 30_000 }];
  const { id, coverage } = await ask(url, 'A?', { scope: { timeRanges } });
  expect(coverage?.chunksRead).toBeLessThan(8);
  const { status, text } = await regenerate(id, {}, { accept: 'text/event-stream' });
  expect(status).toBe(201);
  const events = readEvents(text);
  const message = events.at(-1)?.data.message as Message;
  expect(message).toMatchObject({ coverage, siblingIds: [id, message.id] });
  expect(events[0]).toMatchObject({ data: { message: { siblingIds: [id, message.id] } } });
  expect(await get(message.id)).toEqual(message);
});

test('what cannot be answered again is refused before anything is stored', async () => {
  const { transcript: lost } = await importText(db, ada.user.id, 'It is lost.');
  const url = await start();
  const { id } = await ask(url, 'A?', { scope: { transcriptIds: [lost.id] } });
  expect(await regenerate(id, { model: 'unheard of' })).toMatchObject({
    status: 422,
    body: { code: 'unknown_model' },
  });
  await ada.request('DELETE', `/v1/transcripts/${lost.id}`);
  expect((await regenerate(id)).status).toBe(404);
  await query(db, `update messages set role = 'system' where role = 'user'`);
  expect(await regenerate(id)).toMatchObject({ status: 409, body: { code: 'no_question' } });
  expect(await listed(url)).toHaveLength(2);
});

test('a question follows an answer of its own conversation', async () => {
  const [url, elsewhere] = [await start(), await start()];
  const { id, parentId } = await ask(elsewhere, 'A?');
  const refused = (body: object, at = url) =>
    ada.request('POST', at, { content: 'B?', ...body }, { accept: 'text/event-stream' });
  expect((await refused({ parentId: id })).status).toBe(404);
  expect(await refused({ parentId }, elsewhere)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed', errors: [{ path: '/parentId' }] },
  });
  expect((await refused({ parentId: 'x' })).status).toBe(400);
  expect(await listed(url)).toEqual([]);
  const upper = await ask(
    elsewhere
      .toUpperCase()
      .replace('/V1/CONVERSATIONS/', '/v1/conversations/')
      .replace('/MESSAGES', '/messages'),
    'B?',
    { parentId: id.toUpperCase() },
  );
  expect((await get(upper.parentId ?? '')).parentId).toBe(id);
});

test('a message has a hundred replies at most', async () => {
  const url = await start();
  const { id, parentId, conversationId } = await ask(url, 'A?');
  await query(
    db,
    `insert into messages (conversation_id, parent_id, role, content, active)
     select '${conversationId}', '${parentId}', 'assistant', '', false from generate_series(1, 99)`,
  );
  expect(await regenerate(id)).toMatchObject({
    status: 409,
    body: { code: 'too_many_branches' },
  });
  expect((await get(id)).siblingIds).toHaveLength(100);
});

test('answers that are made again at the same time are all kept, and one is shown', async () => {
  const url = await start();
  const { id } = await ask(url, 'A?');
  const made = await Promise.all(Array.from({ length: 5 }, () => regenerate(id)));
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
  const { siblingIds } = await get(id);
  expect(new Set(siblingIds)).toEqual(new Set([id, ...made.map(({ body }) => body.id)]));
  expect(await listed(url)).toHaveLength(2);
});
