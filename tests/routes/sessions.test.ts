import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { clockTick, query } from '../helpers/database.ts';

const { client, db } = await buildTestApp();
const user = await client.register();
const other = await client.register();

type Session = { id: string; current: boolean; expiresAt: string; lastUsedAt: string };
const list = async (actor: Pick<typeof user, 'request'>, query = '') =>
  (
    await actor.request<{ data: Session[]; nextCursor: string | null }>(
      'GET',
      `/v1/auth/sessions${query}`,
    )
  ).body;

test('the sessions of an account are listed, the newest first, with the one that asks', async () => {
  await clockTick();
  const newest = await user.bySession();
  const { data } = await list(user);
  expect(data.map(({ current }) => current)).toEqual([false, true]);
  expect((await list(newest)).data.map(({ current }) => current)).toEqual([true, false]);
  const page = await list(user, '?limit=1');
  expect(page.data).toEqual(data.slice(0, 1));
  expect((await list(user, `?limit=1&cursor=${page.nextCursor}`)).data).toEqual(data.slice(1));
});

test('a session that was ended is refused at once', async () => {
  await clockTick();
  const session = await user.bySession();
  const [newest] = (await list(session)).data;
  expect(newest?.current).toBe(true);
  const url = `/v1/auth/sessions/${newest?.id}`;
  expect((await user.request('DELETE', url)).status).toBe(204);
  expect(await session.request('GET', '/v1/auth/me')).toMatchObject({
    status: 401,
    body: { code: 'unauthenticated' },
  });
  expect((await user.request('DELETE', url)).status).toBe(404);
});

test('a session of somebody else is not found', async () => {
  const [theirs] = (await list(other)).data;
  expect((await user.request('DELETE', `/v1/auth/sessions/${theirs?.id}`)).status).toBe(404);
  expect((await list(other)).data).toHaveLength(1);
});

test('an API key reads and ends sessions only with the scopes for it', async () => {
  const victim = await user.bySession();
  const [session] = (await list(victim)).data;
  const url = `/v1/auth/sessions/${session?.id}`;
  expect((await (await user.byApiKey('chat')).request('GET', '/v1/auth/sessions')).status).toBe(
    403,
  );
  const reader = await user.byApiKey('read', 'chat');
  expect((await list(reader)).data.map(({ current }) => current)).not.toContain(true);
  expect((await reader.request('DELETE', url)).status).toBe(403);
  const writer = await user.byApiKey('write');
  expect((await writer.request('DELETE', url)).status).toBe(204);
});

test('use moves the end of a session, up to thirty days after the login', async () => {
  const { token: _token, ...session } = await other.bySession();
  const [{ id } = { id: '' }] = (await list(session)).data;
  const day = 86_400_000;
  const age = (days: number) =>
    query(
      db,
      `update sessions set created_at = now() - interval '${days} days',
         last_used_at = now() - interval '2 minutes', expires_at = now() + interval '1 hour'
       where id = '${id}'`,
    );
  const daysLeft = async () => {
    await session.request('GET', '/v1/auth/me');
    const found = (await list(session)).data.find(({ current }) => current);
    return (Date.parse(found?.expiresAt ?? '') - Date.now()) / day;
  };
  await age(6);
  expect(await daysLeft()).toBeCloseTo(7, 1);
  await age(28);
  expect(await daysLeft()).toBeCloseTo(2, 1);
});

test('a session that ran out is refused, and no longer listed', async () => {
  const session = await user.bySession();
  const [newest] = (await list(session)).data;
  await query(db, `update sessions set expires_at = now() where id = '${newest?.id}'`);
  expect((await session.request('GET', '/v1/auth/me')).status).toBe(401);
  expect((await list(user)).data.map(({ id }) => id)).not.toContain(newest?.id);
});
