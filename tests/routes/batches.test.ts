import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { startBatch } from '../../src/jobs/start-batch.ts';
import type { Batch, BatchWithFailures } from '../../src/schemas/batches.ts';
import { buildTestApp } from '../helpers/app.ts';
import { runBatches } from '../helpers/batches.ts';
import type { Actor } from '../helpers/client.ts';
import { onPostgres, query } from '../helpers/database.ts';

const parts = await buildTestApp();
const { client, db, repositories } = parts;

let ada: Actor;
let bob: Actor;
beforeEach(async () => {
  await query(db, 'delete from users');
  ada = await client.register();
  bob = await client.register();
});

const talk = (number: number) => ({ title: `Talk ${number}`, text: `Ada: Talk ${number} begins.` });
const OTHER_TYPE = { type: 'embed', items: [{}, {}] };
const IMPORT = { type: 'import', parameters: talk(1) };
const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0, paused: 0 };

type Started = { batch: BatchWithFailures };
const start = async (values: object = {}, actor = ada) => {
  const body = { name: 'Talks', type: 'import', items: [talk(1), talk(2)], ...values };
  const answer = await actor.request<Started>('POST', '/v1/batches', body);
  expect(answer.status).toBe(202);
  return answer.body.batch;
};
const get = async (id: string, actor = ada) =>
  (await actor.request<BatchWithFailures>('GET', `/v1/batches/${id}`)).body;
const tell = (id: string, command: string, actor = ada) =>
  actor.request<BatchWithFailures>('POST', `/v1/batches/${id}/${command}`);
const jobsOf = (id: string) =>
  query<{ id: string; status: string; parameters: { title?: string }; priority: number }>(
    db,
    `select id, status, parameters, priority from jobs where batch_id = '${id}' order by position`,
  );
const completionsOf = (id: string) =>
  query<{ id: string; status: string; result: Record<string, unknown> }>(
    db,
    `select id, status, result from jobs where type = 'complete-batch'
     and parameters ->> 'batchId' = '${id}' order by position`,
  );

describe('starting a batch', () => {
  test('stores a job for each item, in their order, and says where the batch is', async () => {
    const answer = await ada.request<Started>('POST', '/v1/batches', {
      name: 'Monday',
      type: 'import',
      items: [talk(1), talk(2), talk(3)],
      priority: 5,
      maxRetries: 1,
      workerCount: 2,
    });
    expect(answer.status).toBe(202);
    const { batch } = answer.body;
    expect(answer.headers.location).toBe(`/v1/batches/${batch.id}`);
    expect(batch).toMatchObject({
      name: 'Monday',
      type: 'import',
      status: 'pending',
      priority: 5,
      totalFiles: 3,
      workerCount: 2,
      counts: { ...none, queued: 3 },
      processed: 0,
      progress: 0,
      completionJobId: null,
      startTime: null,
      endTime: null,
      failures: [],
    });
    const stored = await jobsOf(batch.id);
    expect(stored.map(({ parameters }) => parameters.title)).toEqual([
      'Talk 1',
      'Talk 2',
      'Talk 3',
    ]);
    expect(stored.map(({ priority }) => priority)).toEqual([5, 5, 5]);
    const [first] = stored;
    expect(await repositories.jobs.getById(ada.user.id, first?.id ?? '')).toMatchObject({
      maxRetries: 1,
      batchId: batch.id,
      type: 'import',
    });
    const [file] = await repositories.jobFiles.listByJob(ada.user.id, first?.id ?? '');
    const bytes: Uint8Array[] = [];
    for await (const part of repositories.jobFiles.read(ada.user.id, file?.id ?? '')) {
      bytes.push(part);
    }
    expect(file).toMatchObject({ kind: 'input', size: talk(1).text.length });
    expect(Buffer.concat(bytes).toString()).toBe(talk(1).text);
    expect(await get(batch.id)).toEqual(batch);
  });

  test.each([
    ['a key that is not known', { title: 'A', text: 'A', txt: 'A' }, '/items/17/txt'],
    ['a value of another type', { title: 5, text: 'A' }, '/items/17/title'],
    ['what fits no other value of the item', { title: 'A' }, '/items/17'],
    ['a video that is none', { text: 'A', youtubeVideoId: 'x' }, '/items/17/youtubeVideoId'],
  ])('with %s in an item stores nothing, and says which', async (_, wrong, path) => {
    const items: object[] = Array.from({ length: 40 }, (_none, n) => talk(n));
    items[17] = wrong;
    const body = { name: 'Talks', type: 'import', items };
    const answer = await ada.request<{ errors: { path: string }[] }>('POST', '/v1/batches', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(answer.body.errors[0]?.path).toContain(path);
    expect(await query(db, 'select id from jobs union all select id from batches')).toEqual([]);
  });

  test('of no type, or of another one, says which there are', async () => {
    for (const type of ['complete-batch', 'nothing', 5]) {
      const body = { name: 'Talks', type, items: [talk(1)] };
      const message = expect.stringContaining('values: transcribe,enhance,youtube,');
      expect(await ada.request('POST', '/v1/batches', body)).toMatchObject({
        ...{ status: 400, body: { errors: [{ path: '/type', message }] } },
      });
    }
  });

  test('again under its key is the same batch, also when the answer was lost', async () => {
    const body = { name: 'Talks', type: 'import', items: [talk(1), talk(2)] };
    const key = randomUUID();
    const ask = async (more: object = {}, actor = ada) => {
      await query(db, 'delete from idempotency_keys');
      const headers = { 'idempotency-key': key };
      return actor.request<Started>('POST', '/v1/batches', { ...body, ...more }, headers);
    };
    const first = await ask();
    const again = await ask({ name: 'Monday', priority: 3, workerCount: 1, maxRetries: 0 });
    expect(again).toMatchObject({ status: 202, headers: { location: first.headers.location } });
    expect(again.body).toEqual(first.body);
    for (const more of [{ items: [talk(2), talk(1)] }, { items: [talk(1)] }, OTHER_TYPE]) {
      expect(await ask(more)).toMatchObject({
        ...{ status: 422, body: { code: 'idempotency_mismatch' } },
      });
    }
    expect((await ask({}, bob)).body.batch.id).not.toBe(first.body.batch.id);
    const mine = await query(db, `select id from jobs where user_id = '${ada.user.id}'`);
    expect(mine).toHaveLength(2);
    // A job's key is another one.
    await query(db, 'delete from idempotency_keys');
    const job = await ada.request('POST', '/v1/jobs', IMPORT, { 'idempotency-key': key });
    expect(job.status).toBe(202);
    // As with a job: the key is free once the batch is gone.
    await tell(first.body.batch.id, 'cancel');
    expect((await ask()).body.batch.id).toBe(first.body.batch.id);
    await ada.request('DELETE', `/v1/batches/${first.body.batch.id}`);
    const { status, body: anew } = await ask();
    expect([status, anew.batch.status]).toEqual([202, 'pending']);
    expect(anew.batch.id).not.toBe(first.body.batch.id);
  });

  test.skipIf(!onPostgres)('many times at once under one key is one batch', async () => {
    const values = { name: 'Talks', type: 'import' as const, items: [talk(1), talk(2)] };
    const started = await Promise.all(
      Array.from({ length: 5 }, () => startBatch(parts, ada.user.id, values, 'talks')),
    );
    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
    expect(await query(db, 'select id from jobs')).toHaveLength(2);
  });

  test('takes items that filter by metadata', async () => {
    const scope = { metadata: { and: [{ key: 'room', op: 'eq', value: 'barn' }] } };
    const body = { name: 'Barn', type: 'export', items: [{ scope, format: 'srt' }] };
    const answer = await ada.request<{ batch: object }>('POST', '/v1/batches', body);
    expect(answer).toMatchObject({
      status: 202,
      body: { batch: { type: 'export', totalFiles: 1 } },
    });
  });

  test('refuses what a batch cannot be', async () => {
    const items = [talk(1)];
    for (const values of [
      { name: '', type: 'import', items },
      { name: 'A', type: 'complete-batch', items },
      { name: 'A', type: 'delete-account', items },
      { name: 'A', type: 'import', items: [] },
      { name: 'A', type: 'import', items: ['text'] },
      { name: 'A', type: 'import', items, workerCount: 0 },
      { name: 'A', type: 'import', items, workerCount: 1_001 },
      { name: 'A', type: 'import', items, priority: 101 },
      { name: 'A', type: 'import', items: new Array(10_001).fill({ text: 'A' }) },
    ]) {
      expect(await ada.request('POST', '/v1/batches', values)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    }
    expect(await query(db, 'select id from batches')).toEqual([]);
  });

  test('twice under one Idempotency-Key is one batch', async () => {
    const body = { name: 'Talks', type: 'import', items: [talk(1)] };
    const key = { 'idempotency-key': 'batch-1' };
    const first = await ada.request<Started>('POST', '/v1/batches', body, key);
    const second = await ada.request<Started>('POST', '/v1/batches', body, key);
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: `/v1/batches/${first.body.batch.id}`,
    });
    expect(await query(db, 'select id from jobs')).toHaveLength(1);
  });

  test('takes 10,000 items with their texts', async () => {
    const items = Array.from({ length: 10_000 }, (_, n) => ({
      title: `Talk ${n}`,
      text: `Ada: Talk ${n} begins. ${'The wheel turned. '.repeat(30)}`,
    }));
    const batch = await start({ items });
    expect(batch.counts).toEqual({ ...none, queued: 10_000 });
    const [stored] = await query<{ files: number; bytes: number; ordered: boolean }>(
      db,
      `select count(*)::integer as files, sum(octet_length(bytes))::integer as bytes,
         bool_and(j.parameters ->> 'title' = 'Talk ' || place) as ordered
       from (select *, row_number() over (order by position) - 1 as place from jobs) j
       join job_files f on f.job_id = j.id join job_file_parts p on p.file_id = f.id`,
    );
    const bytes = items.reduce((sum, { text }) => sum + text.length, 0);
    expect(stored).toEqual({ files: 10_000, bytes, ordered: true });
    expect((await tell(batch.id, 'cancel')).body.counts).toEqual({ ...none, cancelled: 10_000 });
    expect((await ada.request('DELETE', `/v1/batches/${batch.id}`)).status).toBe(204);
    expect(await query(db, 'select id from jobs limit 1')).toEqual([]);
    expect(await query(db, 'select id from job_files limit 1')).toEqual([]);
  });
});

describe('a batch', () => {
  test('is done, and is summed up by one job', async () => {
    const { id } = await start();
    await runBatches(parts);
    const done = await get(id);
    expect(done).toMatchObject({
      status: 'completed',
      counts: { ...none, completed: 2 },
      processed: 2,
      progress: 1,
      failures: [],
      startTime: expect.any(String),
      endTime: expect.any(String),
    });
    expect(await completionsOf(id)).toEqual([
      {
        id: done.completionJobId,
        status: 'completed',
        result: {
          status: 'completed',
          counts: { ...none, completed: 2 },
          seconds: expect.any(Number),
          failures: [],
        },
      },
    ]);
    await runBatches(parts);
    expect(await completionsOf(id)).toHaveLength(1);
    const { body } = await ada.request<{ data: unknown[] }>('GET', '/v1/transcripts');
    expect(body.data).toHaveLength(2);
  });

  test('of which some fails has done the rest, and says what failed and why', async () => {
    const items = [talk(1), { title: 'None', text: '  ' }, talk(3)];
    const { id } = await start({ items });
    await runBatches(parts);
    const done = await get(id);
    const [, failed] = await jobsOf(id);
    expect(done).toMatchObject({
      status: 'completed',
      counts: { ...none, completed: 2, failed: 1 },
      processed: 3,
      progress: 1,
      failures: [
        {
          item: 1,
          jobId: failed?.id,
          errorCode: 'unreadable_transcript',
          errorMessage: expect.any(String),
        },
      ],
    });
    const [completion] = await completionsOf(id);
    expect(completion?.result).toMatchObject({
      status: 'completed',
      counts: { ...none, completed: 2, failed: 1 },
      failures: [{ item: 1, jobId: failed?.id, errorCode: 'unreadable_transcript' }],
    });
  });

  test('of which all fails has failed; what failed is tried again, and summed up again', async () => {
    const { id } = await start({ items: [{ text: ' ' }, { text: '\n' }] });
    await runBatches(parts);
    expect(await get(id)).toMatchObject({ status: 'failed', counts: { ...none, failed: 2 } });
    const again = await tell(id, 'retry');
    expect(again.body).toMatchObject({
      status: 'running',
      counts: { ...none, queued: 2 },
      progress: 0,
      completionJobId: null,
      endTime: null,
      failures: [],
    });
    await runBatches(parts);
    expect(await get(id)).toMatchObject({ status: 'failed', counts: { ...none, failed: 2 } });
    expect((await completionsOf(id)).map(({ status }) => status)).toEqual([
      'completed',
      'completed',
    ]);
  });

  test('names the first 20 that failed', async () => {
    const { id } = await start({ items: new Array(25).fill({ text: ' ' }) });
    await runBatches(parts);
    const { counts, failures } = await get(id);
    expect(counts.failed).toBe(25);
    expect(failures.map(({ item }) => item)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test('is as far as its jobs are', async () => {
    const { id } = await start({ items: [talk(1), talk(2), talk(3), talk(4)] });
    const claimed = await repositories.jobQueue.claim('worker', {
      limit: 2,
      room: { import: 2 },
      after: ada.user.id,
      leaseMs: 60_000,
    });
    const [first, second] = claimed;
    if (!first || !second) throw new Error('nothing was claimed');
    await repositories.jobQueue.beat([{ ...first, progress: 0.5 }], 60_000);
    const { jobId, token } = second;
    await repositories.jobEndings.complete([
      { jobId, token, result: null, createdFiles: [], transcriptId: null },
    ]);
    expect(await get(id)).toMatchObject({
      status: 'running',
      counts: { ...none, queued: 2, running: 1, completed: 1 },
      processed: 1,
      progress: 0.375,
    });
  });

  test('that is paused does nothing until it is resumed', async () => {
    const { id } = await start();
    const [claimed] = await repositories.jobQueue.claim('worker', {
      limit: 1,
      room: { import: 1 },
      after: ada.user.id,
      leaseMs: 60_000,
    });
    const paused = await tell(id, 'pause');
    expect(paused).toMatchObject({
      status: 200,
      body: { status: 'paused', counts: { ...none, paused: 2 } },
    });
    expect(claimed && (await repositories.jobQueue.hold(claimed))).toBe(false);
    const [run] = await query<{ outcome: string }>(db, 'select outcome from job_runs');
    expect(run).toEqual({ outcome: 'paused' });
    await runBatches(parts);
    expect(await get(id)).toMatchObject({ status: 'paused', counts: { ...none, paused: 2 } });
    expect((await tell(id, 'resume')).body).toMatchObject({
      status: 'running',
      counts: { ...none, queued: 2 },
    });
    await runBatches(parts);
    expect(await get(id)).toMatchObject({ status: 'completed', counts: { ...none, completed: 2 } });
  });

  test('that is cancelled has ended, and keeps what was done', async () => {
    const { id } = await start({ items: [talk(1), talk(2), talk(3)], priority: 9 });
    const claim = { limit: 1, room: { import: 1 }, after: ada.user.id, leaseMs: 60_000 };
    const [claimed] = await repositories.jobQueue.claim('worker', claim);
    if (!claimed) throw new Error('nothing was claimed');
    const { jobId, token } = claimed;
    await repositories.jobEndings.complete([
      { jobId, token, result: null, createdFiles: [], transcriptId: null },
    ]);
    await repositories.jobQueue.claim('worker', claim);
    expect((await tell(id, 'cancel')).body).toMatchObject({
      status: 'cancelled',
      counts: { ...none, completed: 1, cancelled: 2 },
      progress: 1,
      endTime: expect.any(String),
      completionJobId: null,
    });
    await runBatches(parts);
    expect(await completionsOf(id)).toEqual([]);
    expect(await query(db, 'select id from job_files')).toEqual([]);
  });

  test('has its name, priority and number of workers changed', async () => {
    const { id } = await start();
    const changes = { name: 'Later', priority: -3, workerCount: 4 };
    const changed = await ada.request('PATCH', `/v1/batches/${id}`, changes);
    expect(changed).toMatchObject({ status: 200, body: changes });
    expect((await jobsOf(id)).map(({ priority }) => priority)).toEqual([-3, -3]);
  });

  test('is deleted with its jobs and what summed it up, once it has ended', async () => {
    const { id } = await start();
    expect(await ada.request('DELETE', `/v1/batches/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'batch_state' },
    });
    await runBatches(parts);
    expect((await ada.request('DELETE', `/v1/batches/${id}`)).status).toBe(204);
    expect((await ada.request('GET', `/v1/batches/${id}`)).status).toBe(404);
    expect(await query(db, 'select id from jobs')).toEqual([]);
  });
});

test('batches are listed with their counts, the newest first, page by page', async () => {
  for (const name of ['First', 'Second', 'Third']) await start({ name, items: [talk(1)] });
  await start({ name: 'Of another' }, bob);
  const pages = ['/v1/batches?limit=2'];
  const names: string[] = [];
  for (const url of pages) {
    type List = { data: Batch[]; nextCursor: string | null };
    const { body } = await ada.request<List>('GET', url);
    names.push(...body.data.map(({ name }) => name));
    for (const { counts } of body.data) expect(counts).toEqual({ ...none, queued: 1 });
    if (body.nextCursor) pages.push(`/v1/batches?limit=2&cursor=${body.nextCursor}`);
  }
  expect(names).toEqual(['Third', 'Second', 'First']);
});

test('nobody sees or changes the batch of another user', async () => {
  const { id } = await start();
  const before = await get(id);
  const url = `/v1/batches/${id}`;
  for (const [method, path, body] of [
    ['GET', url],
    ['PATCH', url, { name: 'Mine' }],
    ['DELETE', url],
    ...['pause', 'resume', 'cancel', 'retry'].map((name) => ['POST', `${url}/${name}`] as const),
  ] as const) {
    expect(await bob.request(method, path, body)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  }
  expect(await get(id)).toEqual(before);
});

/** What each command makes of a batch in each status; a dash where it is refused. */
const TABLE = {
  pending: { pause: 'paused', resume: '-', cancel: 'cancelled', retry: '-' },
  running: { pause: 'paused', resume: '-', cancel: 'cancelled', retry: 'running' },
  paused: { pause: '-', resume: 'running', cancel: 'cancelled', retry: '-' },
  completed: { pause: '-', resume: '-', cancel: '-', retry: 'running' },
  failed: { pause: '-', resume: '-', cancel: '-', retry: 'running' },
  cancelled: { pause: '-', resume: '-', cancel: '-', retry: '-' },
} as const;
const CASES = Object.entries(TABLE).flatMap(([status, commands]) =>
  Object.entries(commands).map(([command, then]) => [status, command, then] as const),
);

test.each(CASES)('a batch that is %s, told to %s, is then: %s', async (status, command, then) => {
  // One fails at once; the other one waits, or is done.
  const { id } = await start({
    items: [{ text: ' ' }, status === 'failed' ? { text: ' ' } : talk(1)],
  });
  if (status === 'running' || status === 'paused' || status === 'cancelled') {
    const [, second] = await jobsOf(id);
    const later = `update jobs set run_after = now() + interval '1 hour' where id = '${second?.id}'`;
    await query(db, later);
    await runBatches(parts);
    if (status === 'paused') await tell(id, 'pause');
    if (status === 'cancelled') await tell(id, 'cancel');
  } else if (status !== 'pending') await runBatches(parts);
  expect((await get(id)).status).toBe(status);
  const before = await get(id);
  const answer = await tell(id, command);
  if (then === '-') {
    expect(answer).toMatchObject({ status: 409, body: { code: 'batch_state' } });
    expect(await get(id)).toEqual(before);
  } else {
    expect(answer).toMatchObject({ status: 200, body: { status: then } });
  }
});
