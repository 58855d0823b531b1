import { createHash, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job, User } from '../../src/db/schema/index.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { fenced } from '../../src/jobs/fenced.ts';
import type { RunningJob } from '../../src/jobs/handler.ts';
import { toImportJob } from '../../src/jobs/to-import-job.ts';
import { query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { buildImportingApp } from './importing.ts';

const SRT = `1
00:00:01,000 --> 00:00:03,500
The tide turns the wheel.

2
00:00:04,000 --> 00:00:06,000
And the wheel turns the stone.
`;
const BROKEN = SRT.replace('00:00:06,000', '00:00:0x,000');

/** Chunks enough for several batches. */
const LONG = Array.from(
  { length: 3_500 },
  (_, day) => `The mill by the river stood still for all of day ${day}, and for the night.`,
).join(' ');

const app = await buildImportingApp();
const { db, repositories, add, getJob, library, meanwhile, run, runs } = app;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const transcripts = async () =>
  (await repositories.transcripts.listByUser(user.id, { limit: 100 })).data;
const texts = async () =>
  query<{ text: string }>(db, 'select text from segments order by position');
const addFile = (text: string, said = {}) => {
  const body = { ...said, file: Buffer.from(text), fileName: 'Mill.srt' };
  return enqueue(repositories, user.id, toImportJob(body), { type: 'import' });
};
/** Gives a job to its handler, as no worker would. */
async function handle(job: Job | undefined, given: Partial<RunningJob>) {
  const handler = app.jobHandlers.get('import');
  if (!job || !handler) throw new Error('nothing to do');
  const { id, userId, parameters, batchId, transcriptId } = job;
  return handler.run({
    ...{ id, userId, parameters, batchId, transcriptId, runId: '', attempt: 1, db },
    ...{ signal: new AbortController().signal, progress: () => {}, ...given },
  });
}

describe('an import job', () => {
  test('imports text, with what is said about it', async () => {
    const said = { title: 'The mill', channelName: 'Mills', language: 'en', metadata: { a: 1 } };
    const [job] = await add(user.id, 'import', { ...said, text: SRT });
    expect(job?.parameters).toMatchObject(said);
    expect(await run()).toBe(1);
    const [transcript] = await transcripts();
    expect(transcript).toMatchObject({ ...said, duration: 6, status: 'ready' });
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'completed',
      transcriptId: transcript?.id,
      result: {
        transcriptId: transcript?.id,
        created: true,
        receipt: { segments: 2 },
      },
    });
    expect(await texts()).toEqual([
      { text: 'The tide turns the wheel.' },
      { text: 'And the wheel turns the stone.' },
    ]);
    expect(await library()).toMatchObject({ chunks: 1, vector_embeddings: 1, job_files: 0 });
  });

  test('imports a file, which is called after itself', async () => {
    const { id } = await addFile(SRT);
    await run();
    expect(await transcripts()).toMatchObject([{ title: 'Mill', duration: 6 }]);
    expect(await getJob(user.id, id)).toMatchObject({ status: 'completed' });
  });

  test('imports segments as they were sent', async () => {
    const segments = [
      { startMs: 0, endMs: 900, speaker: 'Ada', text: 'Größe, 風, 🌊.', confidence: 0.5 },
      { startMs: 1_000, endMs: 1_500, text: 'Stop.', words: null },
    ];
    await add(user.id, 'import', { segments });
    await run();
    expect(
      await query(
        db,
        'select start_ms, end_ms, speaker_label, text from segments order by position',
      ),
    ).toEqual([
      { start_ms: 0, end_ms: 900, speaker_label: 'Ada', text: 'Größe, 風, 🌊.' },
      { start_ms: 1_000, end_ms: 1_500, speaker_label: null, text: 'Stop.' },
    ]);
  });

  test('keeps nothing of the content with the job', async () => {
    const job = await addFile(SRT, { metadata: { kind: 'mill' } });
    const inputHash = createHash('sha256').update(SRT).digest('hex');
    const said = { fileName: 'Mill.srt', metadata: { kind: 'mill' } };
    expect(job.parameters).toEqual({ ...said, inputHash });
    expect(await library()).toMatchObject({ job_files: 1, job_file_parts: 1 });
  });

  test('of content that is there already says so', async () => {
    const [first] = await add(user.id, 'import', { text: SRT });
    const [second] = await add(user.id, 'import', { text: SRT, title: 'Again' });
    expect(await run()).toBe(2);
    const [transcript, ...others] = await transcripts();
    expect(others).toEqual([]);
    expect(transcript).toMatchObject({ title: 'Again' });
    const { id: transcriptId } = transcript ?? {};
    expect(await getJob(user.id, first?.id)).toMatchObject({
      result: { transcriptId, created: true },
    });
    expect(await getJob(user.id, second?.id)).toMatchObject({
      transcriptId,
      result: { transcriptId, created: false },
    });
  });

  test('whose process ended after it had stored everything made its transcript once', async () => {
    const [job] = await add(user.id, 'import', { text: SRT });
    await app.crashAfter('import');
    const before = await library();
    const [transcript] = await transcripts();
    await run();
    expect(await library()).toEqual({ ...before, job_files: 0, job_file_parts: 0 });
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'completed',
      attempt: 2,
      transcriptId: transcript?.id,
      result: { transcriptId: transcript?.id, created: true, receipt: { segments: 2 } },
    });
  });

  test('that lost its lease on the way leaves nothing, and is done by the next attempt', async () => {
    const [job] = await add(user.id, 'import', { text: SRT });
    meanwhile(async () => {
      await repositories.jobTakeovers.reclaimExpired(true);
      await query(db, `update jobs set run_after = now() + interval '1 hour'`);
    });
    expect(await run()).toBe(1);
    expect(await library()).toMatchObject({ transcripts: 0, segments: 0, chunks: 0, job_files: 1 });
    await query(db, 'update jobs set run_after = now()');
    expect(await run()).toBe(1);
    expect(await getJob(user.id, job?.id)).toMatchObject({
      status: 'completed',
      result: { created: true },
    });
    expect(await runs(job?.id)).toMatchObject([{ outcome: 'crashed' }, { outcome: 'completed' }]);
  });

  test('that was cancelled on the way leaves nothing', async () => {
    const [job] = await add(user.id, 'import', { text: SRT });
    meanwhile(() => repositories.jobs.cancel(user.id, job?.id ?? ''));
    await run();
    expect(Object.values(await library()).every((count) => count === 0)).toBe(true);
    expect(await getJob(user.id, job?.id)).toMatchObject({ status: 'cancelled', result: null });
  });

  test('fills in what a transcript lacks under its lease alone', async () => {
    await add(user.id, 'import', { text: SRT });
    await run();
    const [job] = await add(user.id, 'import', { text: SRT, title: 'New' });
    const lease = { jobId: job?.id ?? '', token: randomUUID() };
    await expect(handle(job, { db: fenced(db, lease) })).rejects.toThrow('lease');
    expect(await transcripts()).toMatchObject([{ title: null }]);
  });

  test('of a file that cannot be read fails at once, and says in which line', async () => {
    const { id } = await addFile(BROKEN);
    await run();
    expect(await getJob(user.id, id)).toMatchObject({
      status: 'failed',
      retryCount: 0,
      errorCode: 'unreadable_transcript',
    });
    expect(await runs(id)).toMatchObject([
      {
        outcome: 'failed',
        error: { code: 'unreadable_transcript', permanent: true, errors: [{ line: 6 }] },
      },
    ]);
    expect(await library()).toMatchObject({ transcripts: 0, job_files: 1 });
  });

  test('of a link that is not fetched here says what allows it', async () => {
    const [job] = await add(user.id, 'import', { url: 'https://example.org/mill.srt' });
    await run();
    const failed = await getJob(user.id, job?.id);
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'url_not_allowed' });
    expect(failed.errorMessage).toContain('ALLOW_URL_IMPORT');
  });

  test('stops between two batches once it is not to go on', async () => {
    const [job] = await add(user.id, 'import', { text: LONG });
    const worker = new AbortController();
    meanwhile(async () => worker.abort(new Error('handed back')));
    await expect(handle(job, { signal: worker.signal })).rejects.toThrow('handed back');
    expect(await library()).toMatchObject({ transcripts: 0 });
  });

  test('says how far it is', async () => {
    const [job] = await add(user.id, 'import', { text: LONG });
    const said: number[] = [];
    await handle(job, { progress: (done) => said.push(done) });
    expect(said.length).toBeGreaterThan(1);
    expect(said).toEqual(said.toSorted((a, b) => a - b));
    expect(said.every((done) => done > 0 && done < 1)).toBe(true);
  });
});

describe('what is wrong beside the content is found before it is enqueued', () => {
  test.each([
    ['neither text nor segments', { title: 'Mill' }, '/text'],
    ['both', { text: SRT, segments: [{ text: 'x' }] }, '/text'],
    ['no video', { text: SRT, youtubeVideoId: 'mill' }, '/youtubeVideoId'],
    ['languages of no video', { text: SRT, languages: ['en'] }, '/languages'],
    ['no link', { url: 'ftp://mill.example' }, '/url'],
    ['details without end', { text: SRT, metadata: { room: 'x'.repeat(70_000) } }, '/metadata'],
  ])('%s', async (_, body, path) => {
    await expect(add(user.id, 'import', body)).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [{ path }],
    });
    expect((await repositories.jobs.listByUser(user.id, { limit: 9 })).data).toEqual([]);
  });
});
