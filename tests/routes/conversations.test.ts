import { expect, test } from 'vitest';
import type { Conversation } from '../../src/schemas/conversations.ts';
import { buildTestApp } from '../helpers/app.ts';
import { clockTick, query } from '../helpers/database.ts';
import { importText } from '../helpers/factories.ts';

const { client, db } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();
const { transcript } = await importText(db, ada.user.id, 'The wheel turned all night.');
const { transcript: foreign } = await importText(db, bob.user.id, 'The wheel of Bob.');

const create = async (body: object = {}) =>
  (await ada.request<Conversation>('POST', '/v1/conversations', body)).body;
const list = async (query = '') =>
  (
    await ada.request<{ data: Conversation[]; nextCursor: string | null }>(
      'GET',
      `/v1/conversations${query}`,
    )
  ).body;

test('a conversation is started, read, changed and deleted', async () => {
  const scope = { transcriptIds: [transcript.id] };
  const created = await ada.request<Conversation>('POST', '/v1/conversations', {
    title: 'Wheels',
    scope,
  });
  expect(created).toMatchObject({ status: 201, body: { title: 'Wheels', scope } });
  const url = `/v1/conversations/${created.body.id}`;
  expect((await ada.request('GET', url)).body).toEqual(created.body);
  const changed = await ada.request<Conversation>('PATCH', url, { title: 'Gates' });
  expect(changed.body).toMatchObject({ id: created.body.id, title: 'Gates', scope });
  expect((await ada.request('PATCH', url, { title: null, scope: null })).body).toMatchObject({
    title: null,
    scope: null,
  });
  expect(await ada.request('DELETE', url)).toMatchObject({ status: 204, text: '' });
  expect((await ada.request('GET', url)).status).toBe(404);
  expect((await ada.request('DELETE', url)).status).toBe(404);
});

test('a conversation needs nothing', async () => {
  expect(await create()).toMatchObject({ title: null, scope: null });
});

test('the one that was used last is first in the list', async () => {
  const first = await create({ title: 'First' });
  await clockTick();
  const second = await create({ title: 'Second' });
  const titles = async () => (await list()).data.slice(0, 2).map(({ title }) => title);
  expect(await titles()).toEqual(['Second', 'First']);
  await clockTick();
  await ada.request('POST', `/v1/conversations/${first.id}/messages`, { content: 'The wheel?' });
  expect(await titles()).toEqual(['First', 'Second']);
  await clockTick();
  await ada.request('PATCH', `/v1/conversations/${second.id}`, { title: 'Third' });
  expect(await titles()).toEqual(['Third', 'First']);
});

test('pages of a list have neither gaps nor repeats', async () => {
  for (let index = 0; index < 5; index++) await create({ title: `Page ${index}` });
  const all = (await list('?limit=100')).data;
  const found: Conversation[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
    expect(page.data.length).toBeLessThanOrEqual(2);
    found.push(...page.data);
    cursor = page.nextCursor;
  }
  expect(found).toEqual(all);
  const theirs = await bob.request<typeof page>('GET', '/v1/conversations');
  const page = await list();
  expect(theirs.body.data).toEqual([]);
});

test('a scope of every kind is kept as it was given', async () => {
  const scope = {
    transcriptIds: [transcript.id],
    speakers: ['Jonah Pike'],
    timeRanges: [{ transcriptId: transcript.id, startMs: 0, endMs: 1 }],
    publishedAfter: '2024-01-01T00:00:00+02:00',
    publishedBefore: '2025-01-01T00:00:00Z',
    metadata: {
      and: [
        { key: 'room', op: 'in', value: ['barn', 7, null, true] },
        { or: [{ key: 'seats', op: 'gte', value: 40.5 }] },
        { key: 'tags', op: 'contains', value: 'mill' },
      ],
    },
  };
  const { id } = await create({ title: 'Narrow', scope });
  expect((await ada.request('GET', `/v1/conversations/${id}`)).body).toMatchObject({ scope });
  expect((await list()).data.find((conversation) => conversation.id === id)).toMatchObject({
    scope,
  });
  const wrong = { metadata: { and: [{ key: 'seats', op: 'gte', value: true }] } };
  for (const [method, url] of [
    ['POST', '/v1/conversations'],
    ['PATCH', `/v1/conversations/${id}`],
  ] as const) {
    expect(await ada.request(method, url, { scope: wrong })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/scope/metadata/and/0/value' }] },
    });
  }
});

test('a scope names only what is the caller’s', async () => {
  const { id } = await create({ title: 'Mine' });
  const scopes = [
    { transcriptIds: [transcript.id, foreign.id] },
    { timeRanges: [{ transcriptId: foreign.id, startMs: 0, endMs: 1 }] },
  ];
  for (const scope of scopes) {
    const attempts = [
      ada.request('POST', '/v1/conversations', { title: 'Not stored', scope }),
      ada.request('PATCH', `/v1/conversations/${id}`, { title: 'Not stored', scope }),
    ];
    for (const attempt of attempts) {
      expect(await attempt).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  }
  expect((await list('?limit=100')).data.map(({ title }) => title)).not.toContain('Not stored');
});

test('deleting a conversation deletes its messages and their citations', async () => {
  const { id } = await create();
  await ada.request('POST', `/v1/conversations/${id}/messages`, { content: 'The wheel?' });
  const count = async () =>
    query<{ messages: number }>(
      db,
      `select count(distinct m.id)::integer as messages, count(c.id)::integer as citations
       from messages m left join citations c on c.message_id = m.id
       where m.conversation_id = '${id}'`,
    );
  expect(await count()).toEqual([{ messages: 2, citations: 1 }]);
  await ada.request('DELETE', `/v1/conversations/${id}`);
  expect(await count()).toEqual([{ messages: 0, citations: 0 }]);
  const all = await query(
    db,
    'select id from citations c where not exists (select from messages m where m.id = c.message_id)',
  );
  expect(all).toEqual([]);
});
