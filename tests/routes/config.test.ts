import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';

const { client } = await buildTestApp();
const admin = await client.register();
const user = await client.register();

type Entry = { key: string; value: unknown; description: string | null; updatedAt: string };
type Entries = { data: Entry[]; nextCursor: string | null };

test('an administrator sets, reads, replaces and deletes a setting', async () => {
  const url = '/v1/config/ui.greeting';
  const value = { text: 'Welcome', shown: true, times: 3, list: [null, 'a'] };
  const set = await admin.request<Entry>('PUT', url, { value, description: 'For the client.' });
  expect(set).toMatchObject({
    status: 200,
    body: { key: 'ui.greeting', value, description: 'For the client.' },
  });
  expect((await admin.request('GET', url)).body).toEqual(set.body);

  const again = await admin.request<Entry>('PUT', url, { value: false });
  expect(again.body).toMatchObject({ value: false, description: 'For the client.' });
  expect(again.body.updatedAt >= set.body.updatedAt).toBe(true);
  expect(
    (await admin.request<Entry>('PUT', url, { value: 'a', description: null })).body,
  ).toMatchObject({ value: 'a', description: null });

  expect(await admin.request('DELETE', url)).toMatchObject({ status: 204, text: '' });
  expect((await admin.request('GET', url)).status).toBe(404);
  expect((await admin.request('DELETE', url)).status).toBe(404);
});

test('settings are listed by key in pages, also when their keys are as long as they may be', async () => {
  const keys = ['a', 'b'.repeat(100), 'c'.repeat(100), 'd'];
  for (const key of keys.toReversed()) {
    await admin.request('PUT', `/v1/config/${key}`, { value: key });
  }
  const found: Entry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor && `&cursor=${cursor}`;
    const page = await admin.request<Entries>('GET', `/v1/config?limit=1${query}`);
    expect(page.status).toBe(200);
    found.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  expect(found.map(({ key, value }) => [key, value])).toEqual(keys.map((key) => [key, key]));
});

test('null is no value, and a key has a form', async () => {
  expect((await admin.request('PUT', '/v1/config/key', { value: null })).status).toBe(400);
  expect((await admin.request('PUT', '/v1/config/key', {})).status).toBe(400);
  expect((await admin.request('PUT', '/v1/config/a%20b', { value: 1 })).status).toBe(400);
  expect((await admin.request('GET', `/v1/config/${'k'.repeat(101)}`)).status).toBe(400);
});

test('settings are for administrators, and for their keys with the scope admin', async () => {
  await admin.request('PUT', '/v1/config/secret', { value: 1 });
  const callers = [user, await user.byApiKey('admin'), await admin.byApiKey('read', 'write')];
  for (const caller of callers) {
    for (const [method, url] of [
      ['GET', '/v1/config'],
      ['GET', '/v1/config/secret'],
      ['PUT', '/v1/config/secret'],
      ['DELETE', '/v1/config/secret'],
    ] as const) {
      const body = method === 'PUT' ? { value: 2 } : undefined;
      expect(await caller.request(method, url, body)).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
    }
  }
  const key = await admin.byApiKey('admin');
  expect((await key.request<Entry>('GET', '/v1/config/secret')).body.value).toBe(1);
});
