import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job, JobRun } from '../../src/schemas/jobs.ts';
import type { Problem } from '../../src/schemas/problem.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { importText } from '../helpers/factories.ts';
import { FIRST_USER, runDueJobs } from '../helpers/jobs.ts';

const parley = await buildTestApp();
const { client, db, repositories, workersBell } = parley;
const ada = await client.register();
const bob = await client.register();

let rung = 0;
workersBell.listen(() => {
  rung += 1;
});
beforeEach(async () => {
  await query(db, 'delete from jobs');
  rung = 0;
});

const IMPORT = {
  type: 'import',
  parameters: { title: 'Stand-up', text: 'SPEAKER_00: The release moved to Thursday.' },
};
type WithRuns = Job & { runs: JobRun[] };
const ask = (body: object, headers = {}, actor = ada) =>
  actor.request<{ job: Job } & Problem>('POST', '/v1/jobs', body, headers);
const get = async (id: string) => (await ada.request<WithRuns>('GET', `/v1/jobs/${id}`)).body;
const tell = (id: string, what: string, actor = ada) =>
  actor.request<Job & { code?: string }>('POST', `/v1/jobs/${id}/${what}`);
const create = async (values: object = {}) =>
  (await repositories.jobs.create(ada.user.id, { type: 'embed', ...values })).job;

/** An attempt that is under way. */
async function claim(id: string) {
  const request = { limit: 100, room: { embed: 100 }, after: FIRST_USER, leaseMs: 60_000 };
  const claimed = await repositories.jobQueue.claim('a worker', request);
  return claimed.find(({ jobId }) => jobId === id) ?? expect.fail('not claimed');
}
const FAULT = { code: 'video_private', message: 'The video is private.', permanent: true };
async function createFailed() {
  const { id } = await create();
  await repositories.jobEndings.fail(await claim(id), FAULT);
  return id;
}

describe('asking for a job', () => {
  test('is answered at once with where it is, and it is done later', async () => {
    const { status, body, headers } = await ask({ ...IMPORT, priority: 5, maxRetries: 0 });
    expect(status).toBe(202);
    expect(headers.location).toBe(`/v1/jobs/${body.job.id}`);
    expect(body.job).toMatchObject({
      type: 'import',
      status: 'queued',
      priority: 5,
      maxRetries: 0,
      progress: 0,
      result: null,
    });
    expect(body.job).not.toHaveProperty('leaseToken');
    expect(JSON.stringify(body)).not.toContain('Thursday');
    expect(rung).toBe(1);
    await runDueJobs(parley);
    const done = await get(body.job.id);
    expect(done).toMatchObject({ status: 'completed', progress: 1, attempt: 1 });
    expect(done.runs).toMatchObject([{ attempt: 1, outcome: 'completed', error: null }]);
    const made = await ada.request<Transcript>('GET', `/v1/transcripts/${done.transcriptId}`);
    expect(made.body.title).toBe('Stand-up');
  });

  test('has it wait for its moment', async () => {
    const runAfter = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await ask({ ...IMPORT, runAfter });
    expect(body.job.runAfter).toBe(runAfter);
    expect(await runDueJobs(parley)).toBe(0);
  });

  test.each([
    [{ type: 'nothing', parameters: {} }, '/type', 'values: transcribe,enhance,'],
    [{ parameters: {} }, '/type', 'required'],
    [{ type: 'delete-account', parameters: {} }, '/type', 'values: transcribe,enhance,'],
    [{ type: 'import' }, '/parameters', 'required'],
    [{ ...IMPORT, parameters: { text: 5 } }, '/parameters/text', 'must be string'],
    [{ ...IMPORT, parameters: { txt: 'A' } }, '/parameters/txt', 'is not a known key'],
    [{ type: 'youtube', parameters: { url: 'https://example.org' } }, '/parameters/url', 'YouTube'],
    [{ ...IMPORT, priority: 101 }, '/priority', '<= 100'],
    [{ ...IMPORT, maxRetries: 21 }, '/maxRetries', '<= 20'],
    [{ ...IMPORT, runAfter: '2090-12-31T23:59:60Z' }, '/runAfter', 'moment'],
    [{ ...IMPORT, idempotencyKey: 'x' }, '/idempotencyKey', 'is not a known key'],
  ])('%j is refused, and its mistake has a place', async (wrong, path, message) => {
    const { status, body } = await ask(wrong);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path, message: expect.stringContaining(message) }]);
    expect(await query(db, 'select id from jobs')).toEqual([]);
  });

  test('about another one’s transcript finds nothing', async () => {
    const { transcript } = await importText(db, bob.user.id, 'A secret.');
    const parameters = { transcriptIds: [transcript.id] };
    expect((await ask({ type: 'embed', parameters })).status).toBe(404);
    expect((await ask({ type: 'embed', parameters }, {}, bob)).status).toBe(202);
  });

  test('again under its key is the same job, also when the answer was lost', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const { body } = await ask(IMPORT, key);
    expect(await ask(IMPORT, key)).toMatchObject({
      body,
      headers: { 'idempotency-replayed': 'true', location: `/v1/jobs/${body.job.id}` },
    });
    await query(db, 'delete from idempotency_keys');
    expect((await ask(IMPORT, key)).body.job).toMatchObject({ id: body.job.id });
    expect((await ask(IMPORT, key, bob)).body.job.id).not.toBe(body.job.id);
    await query(db, 'delete from idempotency_keys');
    const other = { ...IMPORT, parameters: { ...IMPORT.parameters, title: 'Another' } };
    expect(await ask(other, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch' },
    });
    expect(await query(db, `select id from jobs where user_id = '${ada.user.id}'`)).toHaveLength(1);
  });

  test.each([
    ['text', { text: 'Ada: One.' }, { text: 'Ada: Two.' }],
    ['segments', { segments: [{ text: 'One.' }] }, { segments: [{ text: 'Two.' }] }],
    ['form of content', { text: '[{"text":"One."}]' }, { text: '[{"text":"One!"}]' }],
  ])('under its key with another %s is another one', async (_what, content, another) => {
    const key = { 'idempotency-key': randomUUID() };
    const of = (said: object) => ({ ...IMPORT, parameters: { title: 'Stand-up', ...said } });
    const { body } = await ask(of(content), key);
    await runDueJobs(parley);
    await query(db, 'delete from idempotency_keys');
    expect(await ask(of(another), key)).toMatchObject({
      ...{ status: 422, body: { code: 'idempotency_mismatch' } },
    });
    await query(db, 'delete from idempotency_keys');
    expect((await ask({ ...of(content), priority: 3 }, key)).body.job.id).toBe(body.job.id);
  });
});

describe('reading jobs', () => {
  test('lists the caller’s own, the newest first, filtered and in pages', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await create()).id);
    await repositories.jobs.cancel(ada.user.id, ids[2] ?? '');
    await repositories.jobs.create(bob.user.id, { type: 'embed' });
    const list = async (more: string) =>
      (await ada.request<{ data: Job[]; nextCursor: string }>('GET', `/v1/jobs${more}`)).body;
    expect((await list('')).data.map(({ id }) => id)).toEqual(ids);
    expect((await list('?status=cancelled')).data.map(({ id }) => id)).toEqual([ids[2]]);
    expect((await list('?type=import')).data).toEqual([]);
    const missing = await ada.request('GET', `/v1/jobs?batchId=${randomUUID()}`);
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const first = await list('?limit=3');
    const second = await list(`?limit=3&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await ada.request('GET', '/v1/jobs?status=nothing')).status).toBe(400);
  });

  test('a job has its last runs with their errors, and the others in pages', async () => {
    const { id } = await create({ maxRetries: 20 });
    for (let attempt = 1; attempt <= 23; attempt += 1) {
      const problem = { code: 'source_timeout', message: `Number ${attempt}.`, permanent: false };
      await query(db, `update jobs set run_after = now()`);
      await repositories.jobEndings.retry(await claim(id), problem, 0);
    }
    const { runs, errorCode, errorMessage } = await get(id);
    expect([errorCode, errorMessage]).toEqual(['source_timeout', 'Number 23.']);
    expect(runs).toHaveLength(20);
    expect(runs[0]).toMatchObject({
      attempt: 23,
      worker: 'a worker',
      outcome: 'retried',
      error: { code: 'source_timeout', message: 'Number 23.', permanent: false },
    });
    const page = async (more: string) =>
      (
        await ada.request<{ data: JobRun[]; nextCursor: string }>(
          'GET',
          `/v1/jobs/${id}/runs?limit=20${more}`,
        )
      ).body;
    const first = await page('');
    expect(first.data).toEqual(runs);
    const rest = await page(`&cursor=${first.nextCursor}`);
    expect(rest.data.map(({ attempt }) => attempt)).toEqual([3, 2, 1]);
  });

  test('another one’s job is not there', async () => {
    const { id } = await create();
    for (const path of ['', '/runs', '/events', `/files/${randomUUID()}`]) {
      expect((await bob.request('GET', `/v1/jobs/${id}${path}`)).status).toBe(404);
    }
    for (const what of ['cancel', 'pause', 'resume', 'retry']) {
      expect((await tell(id, what, bob)).status).toBe(404);
    }
    expect((await bob.request('DELETE', `/v1/jobs/${id}`)).status).toBe(404);
    expect(await get(id)).toMatchObject({ status: 'queued', version: 1 });
  });
});

describe('telling a job what to do', () => {
  test('pauses and resumes it', async () => {
    const { id } = await create();
    expect((await tell(id, 'pause')).body).toMatchObject({ id, status: 'paused' });
    expect(await runDueJobs(parley)).toBe(0);
    expect((await tell(id, 'resume')).body).toMatchObject({ id, status: 'queued' });
    expect(rung).toBe(2);
  });

  test('cancels one that runs, whose worker can write nothing any more', async () => {
    const { id } = await create();
    const lease = await claim(id);
    const { status, body } = await tell(id, 'cancel');
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(await repositories.jobQueue.hold(lease)).toBe(false);
    expect((await get(id)).runs).toMatchObject([{ outcome: 'cancelled' }]);
  });

  test('tries once more what has failed', async () => {
    const id = await createFailed();
    expect(await get(id)).toMatchObject({ status: 'failed', errorCode: 'video_private' });
    const { body } = await tell(id, 'retry');
    expect(body).toMatchObject({ status: 'queued', errorCode: null, completedAt: null });
    expect((await get(id)).runs).toMatchObject([{ outcome: 'failed', error: FAULT }]);
  });

  test('is refused where its state does not allow it', async () => {
    const { id: queued } = await create();
    const { id: cancelled } = await create();
    await tell(cancelled, 'cancel');
    for (const [id, what] of [
      [queued, 'resume'],
      [queued, 'retry'],
      [cancelled, 'cancel'],
      [cancelled, 'pause'],
      [cancelled, 'resume'],
      [cancelled, 'retry'],
    ] as const) {
      const answer = await tell(id, what);
      expect(answer).toMatchObject({ status: 409, body: { code: 'job_state' } });
    }
  });

  test('deletes it once it has ended', async () => {
    const { id } = await create();
    const remove = () => ada.request('DELETE', `/v1/jobs/${id}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'job_state' } });
    await tell(id, 'cancel');
    expect((await remove()).status).toBe(204);
    expect((await ada.request('GET', `/v1/jobs/${id}`)).status).toBe(404);
    expect((await remove()).status).toBe(404);
  });
});
