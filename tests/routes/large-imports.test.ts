import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../src/schemas/jobs.ts';
import type { SearchResponse } from '../../src/schemas/search.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { type Actor, fileForm } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';
import { runDueJobs } from '../helpers/jobs.ts';

const LARGE = 1_048_576;
const CUES = 2_500;

/** Captions of `CUES` cues; the room behind them makes them as large as they have to be. */
function captions(bytes: number): string {
  const time = (second: number) =>
    `${[second / 3_600, (second / 60) % 60, second % 60].map((n) => String(Math.trunc(n)).padStart(2, '0')).join(':')},000`;
  const cues = Array.from(
    { length: CUES },
    (_, n) => `${n}\n${time(n)} --> ${time(n + 1)}\nOn day ${n} the mill stood still.\n`,
  ).join('\n');
  return cues.padEnd(bytes);
}

const app = await buildTestApp({ BODY_LIMIT_BYTES: '4194304' });
const { client, db, repositories, workersBell } = app;
let rings = 0;
workersBell.listen(() => {
  rings += 1;
});

let ada: Actor;
beforeEach(async () => {
  await query(db, 'delete from users');
  rings = 0;
  ada = await client.register();
});

const send = (body: unknown, headers = {}) =>
  ada.request<{ job: Job; transcript: Transcript }>('POST', '/v1/transcripts', body, headers);
const upload = (text: string, fields = {}) => send(fileForm(text, 'Mill.srt', fields));
const list = async () =>
  (await ada.request<{ data: Transcript[] }>('GET', '/v1/transcripts')).body.data;
const search = (text: string) =>
  ada.request<SearchResponse>('POST', '/v1/search', { query: text, mode: 'lexical', limit: 1 });
const files = () => query(db, 'select id from job_files');

describe('more than 1 MiB of content', () => {
  test('is imported by a job, and found like everything else', async () => {
    const answer = await upload(captions(LARGE + 1), { title: 'The mill', language: 'en' });
    expect(answer.status).toBe(202);
    const { job } = answer.body;
    expect(answer.headers.location).toBe(`/v1/jobs/${job.id}`);
    expect(job).toMatchObject({
      type: 'import',
      status: 'queued',
      progress: 0,
      parameters: { title: 'The mill', language: 'en', fileName: 'Mill.srt' },
      transcriptId: null,
      result: null,
    });
    expect(Object.keys(job)).not.toContain('leaseToken');
    expect(rings).toBe(1);
    expect(await list()).toEqual([]);
    expect(await files()).toHaveLength(1);

    expect(await runDueJobs(app)).toBe(1);
    const [transcript, ...others] = await list();
    expect(others).toEqual([]);
    expect(transcript).toMatchObject({ title: 'The mill', duration: CUES, status: 'ready' });
    const { body } = await search('day 2041');
    expect(body.data[0]).toMatchObject({ transcriptId: transcript?.id });
    expect(body.data[0]?.text).toContain('On day 2041 the mill stood still.');
    expect(await repositories.jobs.getById(await me(), job.id)).toMatchObject({
      status: 'completed',
      transcriptId: transcript?.id,
      result: { transcriptId: transcript?.id, created: true, receipt: { segments: CUES } },
    });
    expect(await files()).toEqual([]);
  });

  test('is imported by a job as text and as segments, too', async () => {
    const text = await send({ text: captions(LARGE + 1) });
    expect(text).toMatchObject({ status: 202, body: { job: { parameters: {} } } });
    const words = 'The mill stood still. '.repeat(40);
    const segments = Array.from({ length: 1_300 }, (_, n) => ({ text: `${n}. ${words}` }));
    expect(await send({ segments, title: 'Segments' })).toMatchObject({
      status: 202,
      body: { job: { parameters: { title: 'Segments' } } },
    });
    expect(await runDueJobs(app)).toBe(2);
    expect((await list()).map(({ title }) => title).toSorted()).toEqual(
      [null, 'Segments'].toSorted(),
    );
  });

  test('again is the same transcript', async () => {
    await upload(captions(LARGE + 1));
    const again = await upload(captions(LARGE + 1));
    expect(again.status).toBe(202);
    expect(await runDueJobs(app)).toBe(2);
    expect(await list()).toHaveLength(1);
    expect(await repositories.jobs.getById(await me(), again.body.job.id)).toMatchObject({
      result: { created: false, transcriptId: (await list())[0]?.id },
    });
  });

  test('under the same Idempotency-Key is one job', async () => {
    const key = { 'idempotency-key': 'mill' };
    const text = captions(LARGE + 1);
    const first = await send({ text }, key);
    const second = await send({ text }, key);
    expect(second.body).toEqual(first.body);
    await query(db, 'delete from idempotency_keys');
    expect((await send({ text }, key)).body.job.id).toBe(first.body.job.id);
    await query(db, 'delete from idempotency_keys');
    expect(await send({ text: `${text} More.` }, key)).toMatchObject({
      ...{ status: 422, body: { code: 'idempotency_mismatch' } },
    });
    expect(await runDueJobs(app)).toBe(1);
  });

  test('with a mistake beside it is refused at once', async () => {
    expect(await upload(captions(LARGE + 1), { youtubeVideoId: 'mill' })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: '/youtubeVideoId' }] },
    });
    expect(await files()).toEqual([]);
    expect(rings).toBe(0);
  });

  test('that cannot be read is told by the job', async () => {
    const broken = captions(LARGE + 100).replace(
      '00:00:07,000 --> 00:00:08,000',
      '00:00:07,000 --> x',
    );
    const { body } = await upload(broken);
    await runDueJobs(app);
    expect(await repositories.jobs.getById(await me(), body.job.id)).toMatchObject({
      status: 'failed',
      errorCode: 'unreadable_transcript',
    });
    expect(await list()).toEqual([]);
  });
});

test('1 MiB of content is imported while the caller waits', async () => {
  expect(await upload(captions(LARGE))).toMatchObject({
    status: 201,
    body: { transcript: { title: 'Mill', duration: CUES } },
  });
  expect(await upload(captions(LARGE))).toMatchObject({ status: 200 });
  expect(await runDueJobs(app)).toBe(0);
});

async function me(): Promise<string> {
  return (await ada.request<{ id: string }>('GET', '/v1/auth/me')).body.id;
}
