import { expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { createBell } from '../../src/jobs/bell.ts';
import type { Job } from '../../src/schemas/jobs.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { openStream, withoutHeartbeats } from '../helpers/event-reader.ts';
import { FIRST_USER } from '../helpers/jobs.ts';

const parley = await buildTestApp({ STREAM_HEARTBEAT_MS: '50' });
const { app, client, db, repositories } = parley;
const { jobs, jobEndings, jobQueue, jobChanges } = repositories;
const ada = await client.register();
const address = await app.listen({ port: 0 });
/** Another process on the same database: it hears no bell of this one. */
const other = await buildApp({ ...parley, workersBell: createBell() }, false);
const otherAddress = await other.listen({ port: 0 });

const create = async () => (await jobs.create(ada.user.id, { type: 'embed' })).job.id;
const watch = (id: string, headers = {}, base = address) =>
  openStream(`${base}/v1/jobs/${id}/events`, { headers: { ...ada.credentials, ...headers } });
const eventsOf = async (id: string, more = '', headers = {}) => {
  const url = `/v1/jobs/${id}/events${more}`;
  return withoutHeartbeats((await ada.request<string>('GET', url, undefined, headers)).text);
};
async function claim(id: string) {
  const request = { limit: 100, room: { embed: 100 }, after: FIRST_USER, leaseMs: 60_000 };
  const claimed = await jobQueue.claim('a worker', request);
  return claimed.find(({ jobId }) => jobId === id) ?? expect.fail('not claimed');
}
const completed = { result: { model: 'hash', embedded: 3 }, createdFiles: [], transcriptId: null };

/** Counts what is asked of the database. */
let asked = 0;
const { listChanged } = jobChanges;
jobChanges.listChanged = (...args) => {
  asked += 1;
  return listChanged(...args);
};

test('a job is watched from its present state to its end', async () => {
  const id = await create();
  const readers = [await watch(id), await watch(id, {}, otherAddress)];
  for (const reader of readers) await reader.until('"status":"queued"');
  const lease = await claim(id);
  for (const reader of readers) await reader.until('"status":"running"');
  await jobQueue.beat([{ ...lease, progress: 0.5 }], 60_000);
  for (const reader of readers) await reader.until('"progress":0.5');
  await jobEndings.complete([{ ...lease, ...completed }]);
  for (const reader of readers) {
    await reader.rest();
    const events = reader.events();
    expect(events.map(({ event }) => event)).toEqual([
      ...['job.updated', 'job.updated', 'job.updated', 'job.completed'],
    ]);
    expect(events.map(({ id: version }) => version)).toEqual([1, 2, 3, 4]);
    expect(events.at(-1)?.data.job).toMatchObject({ status: 'completed', result: { embedded: 3 } });
    expect(reader.headers.get('cache-control')).toBe('no-cache, no-transform');
  }
  const job = (await ada.request<{ data: Job[] }>('GET', '/v1/jobs')).body.data[0];
  expect(readers[0]?.events().at(-1)?.data.job).toEqual(job);
});

test.each([
  ['job.failed', (id: string) => claim(id).then((lease) => jobEndings.fail(lease, FAULT))],
  ['job.cancelled', (id: string) => jobs.cancel(ada.user.id, id)],
] as const)('%s is the one last event of a job that ends so', async (event, end) => {
  const id = await create();
  const reader = await watch(id);
  await reader.until('job.updated');
  await end(id);
  await reader.rest();
  expect(reader.events().filter((one) => one.event !== 'job.updated')).toMatchObject([{ event }]);
  expect(reader.events().at(-1)?.event).toBe(event);
});
const FAULT = { code: 'video_private', message: 'The video is private.', permanent: true };

test('whoever comes back gets what has changed since, and the end once more', async () => {
  const id = await create();
  const known = await watch(id, { 'last-event-id': '1' });
  await known.until(': heartbeat');
  expect(known.events()).toEqual([]);
  await jobs.pause(ada.user.id, id);
  await known.until('"status":"paused"');
  await jobs.cancel(ada.user.id, id);
  await known.rest();
  const last = withoutHeartbeats(known.text()).split('\n\n').at(-2);
  for (const after of [0, 1, 2, 3, 99]) {
    expect(await eventsOf(id, `?after=${after}`)).toBe(`${last}\n\n`);
    expect(await eventsOf(id, '', { 'last-event-id': `${after}` })).toBe(`${last}\n\n`);
  }
  expect(last).toContain('id: 3\nevent: job.cancelled\n');
});

test('a job that is tried once more goes on where its stream had ended', async () => {
  const id = await create();
  await jobEndings.fail(await claim(id), FAULT);
  const first = await watch(id);
  await first.rest();
  const [failed] = first.events();
  expect(failed?.event).toBe('job.failed');
  await jobs.reopen(ada.user.id, id);
  const again = await watch(id, { 'last-event-id': `${failed?.id}` });
  await again.until('"status":"queued"');
  await jobEndings.complete([{ ...(await claim(id)), ...completed }]);
  await again.rest();
  expect(again.events().at(-1)).toMatchObject({ event: 'job.completed' });
});

test.each(['x', '-1', '1.5', '2147483647'])('the id %j is none', async (id) => {
  const url = `/v1/jobs/${await create()}/events`;
  expect(await ada.request('GET', url, undefined, { 'last-event-id': id })).toMatchObject({
    status: 400,
    body: { code: 'malformed_request' },
  });
});

test('the database is asked once for all who watch, and not at all when nobody does', async () => {
  const ids = [await create(), await create()];
  const readers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => watch(ids[index % 2] ?? '')),
  );
  for (const reader of readers) await reader.until('job.updated');
  const from = asked;
  await expect.poll(() => asked - from).toBeGreaterThan(3);
  // Were each of them to ask, one round would be as many as they are.
  expect(asked - from).toBeLessThan(readers.length);
  for (const reader of readers) reader.leave();
  let before = -1;
  const isStill = () => {
    const still = before === asked;
    before = asked;
    return still;
  };
  await expect.poll(isStill, { interval: 1_500 }).toBe(true);
});

test('a database that is away ends no stream', async () => {
  const id = await create();
  const reader = await watch(id);
  await reader.until('job.updated');
  await query(db, 'alter table jobs rename to away');
  const from = asked;
  await expect.poll(() => asked - from).toBeGreaterThan(2);
  await query(db, 'alter table away rename to jobs');
  await jobs.cancel(ada.user.id, id);
  await reader.rest();
  expect(reader.events().at(-1)?.event).toBe('job.cancelled');
});

test('who is logged out does not watch on to the end', async () => {
  const id = await create();
  const key = await ada.byApiKey('read');
  const reader = await watch(id, key.credentials);
  await reader.until('job.updated');
  await query(db, `delete from api_keys where user_id = '${ada.user.id}'`);
  await reader.rest();
  expect(reader.events().at(-1)).toMatchObject({
    id: 1,
    event: 'job.interrupted',
    data: { problem: { code: 'unauthenticated' } },
  });
});

test('a job that is deleted interrupts its stream, and is not found again', async () => {
  const id = await create();
  const reader = await watch(id);
  await reader.until('job.updated');
  await query(db, `delete from jobs where id = '${id}'`);
  await reader.rest();
  expect(reader.events().at(-1)).toMatchObject({
    event: 'job.interrupted',
    data: { problem: { code: 'not_found' } },
  });
  expect((await ada.request('GET', `/v1/jobs/${id}/events`)).status).toBe(404);
});

test('no account has more than a hundred streams, and others are not kept waiting by it', async () => {
  const id = await create();
  const readers = await Promise.all(Array.from({ length: 100 }, () => watch(id)));
  for (const reader of readers) await reader.until('job.updated');
  const refused = await ada.request('GET', `/v1/jobs/${id}/events`);
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const bob = await client.register();
  const { job } = await jobs.create(bob.user.id, { type: 'embed' });
  const his = await watch(job.id, bob.credentials);
  await his.until('job.updated');
  for (const reader of [...readers, his]) reader.leave();
  const status = async () => {
    const next = await watch(id);
    next.leave();
    return next.status;
  };
  await expect.poll(status).toBe(200);
});

test('a server that closes ends its streams, and they go on at another one', async () => {
  const id = await create();
  const reader = await watch(id, {}, otherAddress);
  await reader.until('job.updated');
  const closed = other.close();
  await reader.rest();
  await closed;
  const last = reader.events().at(-1);
  expect(last).toMatchObject({
    id: 1,
    event: 'job.interrupted',
    data: { problem: { code: 'unavailable' } },
  });
  await jobs.cancel(ada.user.id, id);
  expect(await eventsOf(id, `?after=${last?.id}`)).toContain('event: job.cancelled');
});
