import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';
import { bearer, PASSWORD } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';
import { importSample } from '../helpers/factories.ts';

const lines: string[] = [];
const { app, client, db } = await buildTestApp(
  {},
  {},
  {
    level: 'trace',
    stream: { write: (line: string) => lines.push(line) },
  },
);
app.get('/throws', { config: { policy: 'public' }, schema: { hide: true } }, () => {
  throw new Error('select * from /etc/passwd', { cause: new Error('the deeper reason') });
});
app.get('/rejects', { config: { policy: 'user' }, schema: { hide: true } }, async () =>
  Promise.reject('no error at all'),
);
const ada = await client.register();

/** What is logged while something is done. */
async function logged(work: () => Promise<unknown>): Promise<string> {
  const from = lines.length;
  await work();
  return lines.slice(from).join('');
}

test('a fault of ours says nothing but the id of the request, and the log says everything', async () => {
  let answer = await app.inject('/throws');
  const log = await logged(async () => {
    answer = await app.inject('/throws');
  });
  expect(answer.statusCode).toBe(500);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const { requestId } = answer.json();
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: 'Internal server error',
    status: 500,
    code: 'internal',
    detail: 'Internal server error',
    requestId,
  });
  const failure = log.split('\n').find((line) => line.includes('request failed')) ?? '';
  expect(JSON.parse(failure)).toMatchObject({ level: 50, reqId: requestId });
  expect(failure).toContain('select * from /etc/passwd');
  expect(failure).toContain('the deeper reason');
  expect(failure).toContain('responses.test.ts');
});

test('what is thrown and no error is a fault of ours too', async () => {
  const answer = await app.inject({ url: '/rejects', headers: ada.credentials });
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.payload).not.toContain('no error at all');
});

test('a path that does not exist is the same 404 as anything that is not found', async () => {
  for (const [method, url] of [
    ['GET', '/'],
    ['POST', '/health/live'],
    ['GET', '/v2/transcripts'],
    ['GET', '/.env'],
    ['TRACE', '/v1/auth/me'],
  ] as const) {
    const answer = await client.request(method, url);
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', detail: 'Not found' } });
  }
});

test('every answer tells browsers not to guess, frame or keep it from elsewhere', async () => {
  const { headers } = await ada.request('GET', '/v1/auth/me');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
  });
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

test('other origins may call only where they were named, and never with the cookie', async () => {
  const origin = 'https://reader.example';
  const named = await buildTestApp({ CORS_ORIGINS: `${origin}, https://other.example` });
  const preflight = { 'access-control-request-method': 'POST' };
  const allowedFor = async (from: string) => {
    const { headers } = await named.app.inject({
      method: 'OPTIONS',
      url: '/v1/search',
      headers: { ...preflight, origin: from },
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    return headers['access-control-allow-origin'];
  };
  expect(await allowedFor(origin)).toBe(origin);
  expect(await allowedFor('https://evil.example')).toBeUndefined();
});

test('neither tokens nor passwords are in any line of the log', async () => {
  await importSample(db, ada.user.id);
  const secrets: string[] = [PASSWORD, 'a wrong password', 'staple correct horse'];
  const log = await logged(async () => {
    const { email } = ada.user;
    const login = (password: string) =>
      client.request<{ token: string }>('POST', '/v1/auth/login', { email, password });
    secrets.push((await login(PASSWORD)).body.token);
    await login('a wrong password');
    const cookie = await ada.byCookie();
    const session = await ada.bySession();
    const key = await session.request<{ key: string }>('POST', '/v1/api-keys', {
      name: 'Key',
      scopes: ['read'],
    });
    secrets.push(cookie.token, session.token, key.body.key, 'not-a-token-that-is-good');
    await client.request('GET', '/v1/auth/me', undefined, bearer(key.body.key));
    await client.request('GET', '/v1/auth/me', undefined, bearer('not-a-token-that-is-good'));
    await cookie.request('POST', '/v1/conversations', { title: 5 });
    const { body } = await cookie.request<{ id: string }>('POST', '/v1/conversations', {});
    const url = `/v1/conversations/${body.id}/messages`;
    await cookie.request('POST', url, { content: 'The mill?' }, { accept: 'text/event-stream' });
    await app.inject({ url: '/throws', headers: session.credentials });
    await app.inject({ url: '/rejects', headers: cookie.credentials });
    await cookie.request('PATCH', '/v1/auth/password', {
      currentPassword: PASSWORD,
      newPassword: 'staple correct horse',
    });
  });
  expect(log.split('\n').length).toBeGreaterThan(20);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(log).not.toContain(secret);
  }
});

test('a database that fails is logged without what was to be stored, and says nothing', async () => {
  const owner = await client.register();
  await query(db, 'alter table conversations rename to gone');
  const title = 'a title that is private';
  let text = '';
  const log = await logged(async () => {
    text = (await owner.request('POST', '/v1/conversations', { title })).text;
  });
  await query(db, 'alter table gone rename to conversations');
  expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal' });
  expect(text).not.toContain('conversations');
  expect(log).toContain('relation \\"conversations\\" does not exist');
  expect(log).toContain('42P01');
  expect(log).not.toContain(title);
});
