import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { bearer } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';

const { client, db } = await buildTestApp();
const admin = await client.register();
const user = await client.register();

type Key = {
  id: string;
  key: string;
  prefix: string;
  scopes: string[];
  lastUsedAt: string | null;
  expiresAt: string | null;
};
const create = (caller: typeof user.request, values: object) =>
  caller<Key>('POST', '/v1/api-keys', { name: 'A key', ...values });
const me = (key: string) => client.request('GET', '/v1/auth/me', undefined, bearer(key));

test('a key is shown once, works at once, and is listed without itself', async () => {
  const { status, body } = await create(user.request, { scopes: ['read', 'chat'] });
  expect(status).toBe(201);
  const { key, ...shown } = body;
  expect(key).toMatch(/^parley_[0-9a-f]{12}_[0-9A-Za-z]{49}$/);
  expect(key.startsWith(`${body.prefix}_`)).toBe(true);
  expect(shown).toMatchObject({ scopes: ['read', 'chat'], lastUsedAt: null, expiresAt: null });
  expect((await me(key)).body).toEqual(user.user);

  const { body: list } = await user.request<{ data: Key[] }>('GET', '/v1/api-keys');
  expect(list.data).toEqual([{ ...shown, lastUsedAt: expect.any(String) }]);
  const [stored] = await query<{ row: string }>(db, 'select api_keys::text as row from api_keys');
  expect(stored?.row).not.toContain(key.slice(20));
});

test('a mistyped key is refused', async () => {
  const { key } = (await create(user.request, { scopes: ['read'] })).body;
  const last = key.endsWith('0') ? '1' : '0';
  for (const wrong of [
    key.slice(0, -1) + last,
    key.slice(0, -1),
    `${key}0`,
    'parley_',
    `x${key}`,
  ]) {
    expect(await me(wrong)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  }
});

test('a key ends at its time', async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const { key, id, expiresAt } = (await create(user.request, { scopes: ['read'], expiresAt: soon }))
    .body;
  expect(expiresAt).toBe(soon);
  expect((await me(key)).status).toBe(200);
  await query(db, `update api_keys set expires_at = now() where id = '${id}'`);
  expect((await me(key)).status).toBe(401);
});

test.each([
  '0000-01-01T00:00:00Z',
  '2020-01-01T00:00:00Z',
  '2090-12-31T23:59:60Z',
  '2090-02-30T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '294277-01-01T00:00:00Z',
  '+294277-01-01T00:00:00Z',
  'tomorrow',
  4102444800000,
])('a key cannot end at %s', async (expiresAt) => {
  expect(await create(user.request, { scopes: ['read'], expiresAt })).toMatchObject({
    status: 400,
    body: { code: 'validation_failed', errors: [{ path: '/expiresAt' }] },
  });
});

test.each([
  ['2090-01-01T00:00:00+23:59', '2089-12-31T00:01:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('a key that ends at %s ends at %s', async (expiresAt, end) => {
  const { body } = await create(user.request, { scopes: ['read'], expiresAt });
  expect(body.expiresAt).toBe(end);
});

test('a deleted key is refused at once', async () => {
  const { key, id } = (await create(user.request, { scopes: ['read'] })).body;
  expect((await me(key)).status).toBe(200);
  expect((await user.request('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
  expect((await me(key)).status).toBe(401);
  expect((await user.request('DELETE', `/v1/api-keys/${id}`)).status).toBe(404);
});

test('a key creates no key that may do more than itself', async () => {
  const key = await user.byApiKey('read', 'write');
  expect((await create(key.request, { scopes: ['read'] })).status).toBe(201);
  for (const scopes of [['chat'], ['admin'], ['read', 'write', 'chat']]) {
    expect(await create(key.request, { scopes })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  }
  const reader = await user.byApiKey('read');
  expect((await create(reader.request, { scopes: ['read'] })).status).toBe(403);
});

test('a key creates no key that outlives it', async () => {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const values = { scopes: ['write'], expiresAt: at(10) };
  const { key } = (await create(user.request, values)).body;
  const withKey = (more: object) =>
    client.request(
      'POST',
      '/v1/api-keys',
      { name: 'Next', scopes: ['write'], ...more },
      bearer(key),
    );
  expect(await withKey({})).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(await withKey({ expiresAt: at(11) })).toMatchObject({ status: 403 });
  expect(await withKey({ expiresAt: at(9) })).toMatchObject({ status: 201 });
});

test('only an administrator has keys with the scope admin', async () => {
  expect((await create(user.request, { scopes: ['admin'] })).status).toBe(403);
  const { key } = (await create(admin.request, { scopes: ['admin'] })).body;
  const { status } = await client.request('GET', '/v1/config', undefined, bearer(key));
  expect(status).toBe(200);
});

test('scopes are named once, and are known ones', async () => {
  for (const scopes of [[], ['read', 'read'], ['root'], 'read', undefined]) {
    expect((await create(user.request, { scopes })).status).toBe(400);
  }
});
