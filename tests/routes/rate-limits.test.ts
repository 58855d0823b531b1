import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { PASSWORD } from '../helpers/client.ts';

const LIMIT = 6;
const { app, client } = await buildTestApp({ RATE_LIMIT_MAX: `${LIMIT}`, TRUST_PROXY: 'true' });
const logins = await buildTestApp({ LOGIN_RATE_LIMIT_MAX: '2', TRUST_PROXY: 'true' });

const from = (address: string) => ({ 'x-forwarded-for': address });
const statuses = async (count: number, send: () => Promise<{ status: number }>) => {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await send()).status);
  return found;
};
const login = (email: string, address: string) =>
  logins.client.request(
    'POST',
    '/v1/auth/login',
    { email, password: 'wrong password' },
    from(address),
  );

test('every answer says how much is left, and one too many says when to come back', async () => {
  const send = () => client.request('GET', '/v1/auth/me', undefined, from('10.0.0.1'));
  const first = await send();
  expect(first.headers).toMatchObject({
    'ratelimit-limit': `${LIMIT}`,
    'ratelimit-remaining': `${LIMIT - 1}`,
  });
  await statuses(LIMIT - 1, send);
  const refused = await send();
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  const wait = Number(refused.headers['retry-after']);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(refused.headers).toMatchObject({ 'ratelimit-remaining': '0' });
});

test('callers without good credentials are counted by their address', async () => {
  const send = () => client.request('GET', '/v1/transcripts', undefined, from('10.0.0.2'));
  expect(await statuses(LIMIT + 1, send)).toEqual([...Array(LIMIT).fill(401), 429]);
});

test('a user is counted wherever the calls come from, and the next user is not', async () => {
  const ada = await client.register();
  const bob = await client.register();
  let address = 0;
  const send = () => ada.request('GET', '/v1/auth/me', undefined, from(`10.1.0.${++address}`));
  expect(await statuses(LIMIT + 1, send)).toEqual([...Array(LIMIT).fill(200), 429]);
  expect((await bob.request('GET', '/v1/auth/me')).status).toBe(200);
});

test('paths that do not exist are counted too', async () => {
  const send = () => client.request('GET', '/nothing', undefined, from('10.0.0.3'));
  expect(await statuses(LIMIT, send)).toEqual(Array(LIMIT).fill(404));
  const refused = await app.inject({ url: '/nothing', headers: from('10.0.0.3') });
  expect(refused.statusCode).toBe(429);
});

test('logins are limited for an address and account, for unknown accounts like known ones', async () => {
  const { user } = await logins.client.register('known@example.org');
  expect(user.email).toBe('known@example.org');
  const known = await statuses(3, () => login('known@example.org', '10.0.0.1'));
  const unknown = await statuses(3, () => login('unknown@example.org', '10.0.0.1'));
  expect(known).toEqual([401, 401, 429]);
  expect(unknown).toEqual(known);
  // The case of an address makes no other account of it.
  expect((await login('KNOWN@example.org', '10.0.0.1')).status).toBe(429);
  expect((await login('known@example.org', '10.0.0.9')).status).toBe(401);
});

test('logins to one account are limited over all addresses', async () => {
  let address = 0;
  const send = () => login('target@example.org', `10.2.0.${++address}`);
  expect(await statuses(11, send)).toEqual([...Array(10).fill(401), 429]);
});

test('a caller with a session of their own is no exception', async () => {
  const { credentials } = await logins.client.register();
  const body = { email: 'prey@example.org', password: 'wrong password' };
  const send = () => logins.client.request('POST', '/v1/auth/login', body, credentials);
  expect(await statuses(3, send)).toEqual([401, 401, 429]);
  expect((await login('prey@example.org', '127.0.0.1')).status).toBe(429);
});

test('logins from one address are limited over all accounts', async () => {
  let account = 0;
  const send = () => login(`account${++account}@example.org`, '10.3.0.1');
  expect(await statuses(11, send)).toEqual([...Array(10).fill(401), 429]);
});

test('guesses at the current password are limited for each account', async () => {
  const [ada, bob] = [await logins.client.register(), await logins.client.register()];
  let address = 0;
  const guess = (actor: typeof ada) =>
    actor.request(
      'PATCH',
      '/v1/auth/password',
      { currentPassword: 'wrong', newPassword: PASSWORD },
      from(`10.4.0.${++address}`),
    );
  expect(await statuses(11, () => guess(ada))).toEqual([...Array(10).fill(401), 429]);
  expect((await guess(bob)).status).toBe(401);
});
