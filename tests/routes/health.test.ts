import { expect, test } from 'vitest';
import { rollbackLast } from '../../src/db/migrations.ts';
import { buildTestApp } from '../helpers/app.ts';
import { bearer } from '../helpers/client.ts';

const { app, client, db } = await buildTestApp({ RATE_LIMIT_MAX: '3' });

test('the server says that it lives and is ready, as often as it is asked', async () => {
  for (const url of ['/health/live', '/health/ready', '/health/ready', '/health/ready']) {
    expect(await client.request('GET', url)).toMatchObject({ status: 200, body: { status: 'ok' } });
  }
});

test('Prometheus finds how often each route answered with what', async () => {
  await client.request('GET', '/v1/auth/me');
  const { text, headers } = await client.request('GET', '/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain/);
  expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/v1\/auth\/me".*\} 1/);
});

test('the API reference and its document are served to everybody', async () => {
  const document = await app.inject('/openapi.json');
  expect(document.json()).toEqual(JSON.parse(JSON.stringify(app.swagger())));
  const page = await app.inject('/docs');
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
});

test('a server whose database lacks a migration is alive and not ready', async () => {
  await rollbackLast(db);
  expect(await client.request('GET', '/health/ready')).toMatchObject({
    status: 503,
    headers: { 'retry-after': '2' },
    body: { code: 'unavailable' },
  });
  expect(await client.request('GET', '/health/live')).toMatchObject({ status: 200 });
  const credentials = bearer('whatever-a-monitor-may-send');
  expect(await client.request('GET', '/health/live', undefined, credentials)).toMatchObject({
    status: 200,
  });
});
