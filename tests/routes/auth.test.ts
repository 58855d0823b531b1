import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { bearer, PASSWORD } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';

const { client, db } = await buildTestApp();
const origin = 'http://localhost:3000';

type Login = {
  user: { id: string; email: string; role: string };
  token: string;
  expiresAt: string;
};
const login = (email: string, password = PASSWORD) =>
  client.request<Login>('POST', '/v1/auth/login', { email, password });
const me = (headers: Record<string, string>) =>
  client.request('GET', '/v1/auth/me', undefined, headers);

test('the first user is the administrator, and nobody after', async () => {
  const first = await client.register('First@Example.org');
  expect(first.user).toMatchObject({ role: 'admin', email: 'First@Example.org' });
  expect((await client.register()).user.role).toBe('user');
});

test('an address is taken once, whatever its case', async () => {
  const again = { email: 'fIRST@eXAMPLE.ORG', password: PASSWORD };
  expect(await client.request('POST', '/v1/auth/register', again)).toMatchObject({
    status: 409,
    body: { code: 'email_taken' },
  });
  expect((await login('FIRST@example.org')).status).toBe(200);
});

test('an account is not made with a bad address or a short password', async () => {
  const attempts = [
    { email: 'nobody', password: PASSWORD },
    { email: 'a b@example.org', password: PASSWORD },
    { email: 'a@b@example.org', password: PASSWORD },
    { email: `${'a'.repeat(250)}@example.org`, password: PASSWORD },
    { email: 'short@example.org', password: '1234567' },
    { email: 'long@example.org', password: 'x'.repeat(1_001) },
    { email: 'role@example.org', password: PASSWORD, role: 'admin' },
  ];
  for (const attempt of attempts) {
    const answer = await client.request('POST', '/v1/auth/register', attempt);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  }
});

test('a login gives a token for a week and a cookie that scripts and other sites do not get', async () => {
  const { user } = await client.register();
  const { body, headers } = await login(user.email);
  expect(body.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(body.user).toEqual(user);
  const week = 7 * 86_400_000;
  expect(Math.abs(Date.parse(body.expiresAt) - Date.now() - week)).toBeLessThan(60_000);
  const expires = new Date(body.expiresAt).toUTCString();
  expect(headers['set-cookie']).toBe(
    `session=${body.token}; Path=/; Expires=${expires}; HttpOnly; SameSite=Lax`,
  );
  expect((await me(bearer(body.token))).body).toEqual(user);
  expect((await me({ cookie: `session=${body.token}` })).body).toEqual(user);
});

test('behind HTTPS the cookie is bound to the host', async () => {
  const https = await buildTestApp({ PUBLIC_ORIGIN: 'https://parley.example' });
  const credentials = { email: 'a@example.org', password: PASSWORD };
  const { headers, body } = await https.client.request<Login>(
    'POST',
    '/v1/auth/register',
    credentials,
  );
  expect(headers['set-cookie']).toMatch(
    /^__Host-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  const call = (cookie: string, from: string) =>
    https.client.request(
      'POST',
      '/v1/conversations',
      {},
      {
        cookie: `${cookie}=${body.token}`,
        origin: from,
      },
    );
  expect((await call('session', 'https://parley.example')).status).toBe(401);
  expect((await call('__Host-session', origin)).status).toBe(403);
  expect((await call('__Host-session', 'https://parley.example')).status).toBe(201);
});

test('an unknown address and a wrong password get the same answer', async () => {
  const { user } = await client.register();
  const wrong = await login(user.email, 'not the password');
  const unknown = await login('nobody@example.org', 'not the password');
  expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  const seen = ({ status, text, headers }: typeof wrong) => ({
    status,
    text: text.replace(/[0-9a-f-]{36}/, 'id'),
    headers: Object.keys(headers),
  });
  expect(seen(unknown)).toEqual(seen(wrong));
  expect(wrong.headers).not.toHaveProperty('set-cookie');
});

test('unsafe requests by cookie need the origin of this server, safe ones do not', async () => {
  const { credentials, token } = await (await client.register()).byCookie();
  const cookie = credentials.cookie ?? '';
  const create = (headers: Record<string, string>) =>
    client.request('POST', '/v1/conversations', {}, { cookie, ...headers });
  for (const from of [origin, 'http://127.0.0.1:3000']) {
    expect((await create({ origin: from })).status).toBe(201);
  }
  const others = ['http://evil.example', 'null', 'http://localhost:3001', `${origin}.evil.example`];
  for (const from of [...others, `${origin}/`, 'https://localhost:3000']) {
    expect(await create({ origin: from })).toMatchObject({
      status: 403,
      body: { code: 'origin_mismatch' },
    });
  }
  expect((await create({})).status).toBe(403);
  expect((await create({ authorization: 'Basic YTpi' })).status).toBe(403);
  expect((await me({ cookie })).status).toBe(200);
  const byBearer = { ...bearer(token), cookie, origin: 'http://evil.example' };
  expect((await create(byBearer)).status).toBe(201);
});

test('a bearer token that is not good is not made good by a cookie', async () => {
  const { credentials } = await (await client.register()).byCookie();
  expect((await me({ ...credentials, ...bearer('wrong') })).status).toBe(401);
});

test('a logout ends the session and the cookie', async () => {
  const user = await client.register();
  const session = await user.byCookie();
  const { status, headers } = await session.request('POST', '/v1/auth/logout');
  expect(status).toBe(204);
  expect(headers['set-cookie']).toMatch(/^session=; .*Expires=Thu, 01 Jan 1970 00:00:00 GMT/);
  expect((await session.request('GET', '/v1/auth/me')).status).toBe(401);
  expect((await user.request('GET', '/v1/auth/me')).status).toBe(200);
});

test('a changed password ends all other sessions, and the old password', async () => {
  const user = await client.register();
  const others = [await user.bySession(), await user.byCookie()];
  const changed = { currentPassword: PASSWORD, newPassword: 'staple correct horse' };
  const wrong = { ...changed, currentPassword: 'not the password' };
  expect(await user.request('PATCH', '/v1/auth/password', wrong)).toMatchObject({
    status: 401,
    body: { code: 'invalid_credentials' },
  });
  expect((await others[0]?.request('GET', '/v1/auth/me'))?.status).toBe(200);

  expect((await user.request('PATCH', '/v1/auth/password', changed)).status).toBe(204);
  expect((await user.request('GET', '/v1/auth/me')).status).toBe(200);
  for (const other of others) {
    expect((await other.request('GET', '/v1/auth/me')).status).toBe(401);
  }
  expect((await login(user.user.email)).status).toBe(401);
  expect((await login(user.user.email, changed.newPassword)).status).toBe(200);
});

test('an API key neither logs out nor changes the password', async () => {
  const key = await (await client.register()).byApiKey('read', 'write', 'chat');
  const body = { currentPassword: PASSWORD, newPassword: 'staple correct horse' };
  expect((await key.request('POST', '/v1/auth/logout')).status).toBe(403);
  expect((await key.request('PATCH', '/v1/auth/password', body)).status).toBe(403);
});

test('neither a password nor a token is stored', async () => {
  const { user, token } = await client.register();
  const rows = await query<{ row: string }>(
    db,
    `select u::text || s::text as row from users u join sessions s on s.user_id = u.id
     where u.id = '${user.id}'`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toContain(token);
  expect(rows[0]?.row).not.toContain(PASSWORD);
  expect(rows[0]?.row).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
});
