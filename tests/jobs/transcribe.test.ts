import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import type { Reply } from '../../src/providers/scripted/script.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { FIRST_USER, runDueJobs } from '../helpers/jobs.ts';
import { playModel } from '../helpers/model-server.ts';
import { toneWav } from '../helpers/recordings.ts';
import { beginJob, doJob, found, storeBytes } from './recording-jobs.ts';

// The shortest waits that the jitter may choose.
vi.spyOn(Math, 'random').mockReturnValue(0);

const server = await playModel();
const KEY = 'sk-a-key-that-nobody-must-see';
const settings = {
  ...{ STT_BASE_URL: server.baseUrl, STT_MODEL: 'whisper-1', STT_API_KEY: KEY },
  ...{ STT_MAX_BYTES: '400000', STT_MAX_RETRIES: '0', STT_TIMEOUT_MS: '60000' },
};
const app = await buildTestApp({
  ...settings,
  STT_MODELS: 'whisper-1,large',
  FFMPEG_PATH: '/nowhere/ffmpeg',
});
const { db, repositories } = app;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  server.requests.length = 0;
  play();
});

const play = (...transcriptions: Reply[]) => server.play({ transcriptions });
const transcribe = (mediaFileId: string, rest: object = {}) =>
  doJob(app, user.id, 'transcribe', { mediaFileId, ...rest });
const segmentsOf = async (transcriptId: string) =>
  (await repositories.segments.listByTranscript(user.id, transcriptId, { limit: 100 })).data;

// Quiet at 8 s, 19 s and 30 s; a piece has 12.5 s at most, and ends in a quiet place.
const long = toneWav(34_000, [
  [10_900, 11_300],
  [22_000, 22_400],
]);

describe('a recording that is small enough', () => {
  test('becomes a transcript that can be searched, with the result it was made of', async () => {
    const file = await storeBytes(app, user.id, toneWav(12_000), 'Stand-up.wav');
    const job = await transcribe(file.id, { language: 'en', prompt: 'Mill' });
    const { transcriptId, transcriptionResultId } = job.result as Record<string, string>;
    expect(job).toMatchObject({
      status: 'completed',
      transcriptId,
      result: { durationMs: 12_000 },
    });
    expect(await repositories.transcripts.getById(user.id, transcriptId ?? '')).toMatchObject({
      ...{ title: 'Stand-up', duration: 12, language: 'en', status: 'ready' },
    });
    const revision = await repositories.transcriptRevisions.getCurrent(user.id, transcriptId ?? '');
    expect(revision).toMatchObject({
      ...{ format: 'openai', trackKind: 'asr', madeBy: 'transcribe', transcriptionResultId },
    });
    expect(await segmentsOf(transcriptId ?? '')).toMatchObject([
      { startMs: 0, endMs: 10_000, words: [{ text: 'the', startMs: 0 }, ...Array(9).fill({})] },
      { startMs: 10_000, endMs: 12_000, text: 'the mill 2.' },
    ]);
    const result = await repositories.transcriptionResults.getById(
      user.id,
      transcriptionResultId ?? '',
    );
    expect(result).toMatchObject({
      mediaFileId: file.id,
      version: 'v1',
      pipelineVersion: 'v1',
      textContent: 'the mill grinds by the moon and stalls at noon 1. the mill 2.',
      qualityWarnings: [],
      speakerCount: null,
      processingMetadata: {
        provider: 'openai-compatible',
        model: 'whisper-1',
        pieces: 1,
        durationMs: 12_000,
      },
    });
    expect(result?.segments).toHaveLength(2);
    expect(result?.rawContent).toMatchObject({ pieces: [{ answer: { duration: 12 } }] });
  });

  test('is sent under a name of ours, and by the model that was asked for', async () => {
    const file = await storeBytes(app, user.id, toneWav(1_000), 'x"; name="model".wav');
    await transcribe(file.id, { model: 'large', title: 'Named' });
    expect(server.requests[0]?.body).toMatchObject({
      model: 'large',
      file: { name: 'recording.wav', type: 'audio/wav' },
    });
  });

  test('with speakers keeps their labels', async () => {
    const diarizing = await buildTestApp({ ...settings, STT_RESPONSE_FORMAT: 'diarized_json' });
    const { id } = await createUser(diarizing.repositories);
    const file = await storeBytes(diarizing, id, toneWav(12_000));
    const job = await doJob(diarizing, id, 'transcribe', { mediaFileId: file.id });
    const result = await diarizing.repositories.transcriptionResults.getById(id, job.id);
    expect(result?.speakerCount).toBe(2);
    const speakers = await diarizing.repositories.transcriptSpeakers.listByTranscript(
      ...([id, job.transcriptId ?? '', { limit: 9 }] as const),
    );
    expect(speakers.data.map(({ label }) => label)).toEqual(['A', 'B']);
  });
});

describe('a recording that is larger than the endpoint takes', () => {
  test('is cut where it is quiet, and its times go on', async () => {
    const file = await storeBytes(app, user.id, long);
    const job = await transcribe(file.id);
    expect(job).toMatchObject({ status: 'completed', result: { durationMs: 34_000 } });
    expect(server.requests).toHaveLength(3);
    const result = await repositories.transcriptionResults.getById(user.id, job.id);
    const { pieces } = (result?.rawContent ?? {}) as { pieces: { offsetMs: number }[] };
    const [first, second, third] = pieces;
    expect(first?.offsetMs).toBe(0);
    expect(second?.offsetMs).toBeGreaterThan(10_900);
    expect(second?.offsetMs).toBeLessThan(11_300);
    expect(third?.offsetMs).toBeGreaterThan(22_000);
    expect(third?.offsetMs).toBeLessThan(22_400);
    const starts = (await segmentsOf(job.transcriptId ?? '')).map(({ startMs }) => startMs);
    const [two = 0, three = 0] = [second?.offsetMs, third?.offsetMs];
    expect(starts).toEqual([0, 10_000, two, two + 10_000, three, three + 10_000]);
    const sizes = server.requests.map(({ body }) => (body.file as { size: number }).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(400_000);
    expect(sizes.reduce((sum, size) => sum + size - 44, 0)).toBe(long.length - 44);
  });

  test('is not paid for twice when a piece fails', async () => {
    play({ times: 2 }, { status: 500, times: 1 }, {});
    const file = await storeBytes(app, user.id, long);
    const job = await transcribe(file.id);
    expect(job).toMatchObject({ status: 'completed', retryCount: 1 });
    // Two pieces, the third that failed, and the third again.
    expect(server.requests).toHaveLength(4);
    expect((await segmentsOf(job.transcriptId ?? '')).length).toBe(6);
  });

  test('that is no WAV file needs ffmpeg, and says so', async () => {
    const file = await storeBytes(
      app,
      user.id,
      Buffer.concat([Buffer.from('ID3'), Buffer.alloc(400_000)]),
    );
    expect(await transcribe(file.id)).toMatchObject({
      ...{ status: 'failed', errorCode: 'ffmpeg_not_installed' },
      errorMessage: expect.stringContaining('FFMPEG_PATH'),
    });
  });
});

describe('a job that is done twice', () => {
  test('leaves one transcript and one result, and asks the endpoint once', async () => {
    const file = await storeBytes(app, user.id, toneWav(3_000));
    const first = await transcribe(file.id);
    const again = await beginAgain(first.id);
    expect(again).toEqual({ transcriptId: first.transcriptId, result: first.result });
    expect(server.requests).toHaveLength(1);
    expect((await repositories.transcripts.listByUser(user.id, { limit: 9 })).data).toHaveLength(1);
    const results = repositories.transcriptionResults;
    expect((await results.listByMediaFile(user.id, file.id, { limit: 9 })).data).toHaveLength(1);
  });

  test('finds its transcript, whatever has become of the recording since', async () => {
    const file = await storeBytes(app, user.id, toneWav(3_000));
    const first = await transcribe(file.id);
    const transcriptId = first.transcriptId ?? '';
    await repositories.mediaFiles.delete(user.id, file.id);
    // Its process was gone between the two.
    await query(db, `update jobs set result = null`);
    expect(await beginAgain(first.id)).toEqual({ transcriptId, result: first.result });
    expect((await repositories.transcripts.listByUser(user.id, { limit: 9 })).data).toHaveLength(1);
  });

  test('notes its transcript as it makes it', async () => {
    const file = await storeBytes(app, user.id, toneWav(3_000));
    const parameters = { mediaFileId: file.id };
    await repositories.jobs.create(user.id, { type: 'transcribe', parameters });
    const room = { limit: 1, room: { transcribe: 1 }, after: FIRST_USER, leaseMs: 60_000 };
    const [job] = await repositories.jobQueue.claim('test', room);
    if (!job) throw new Error('the job was not claimed');
    const handler = app.jobHandlers.get('transcribe');
    const { signal } = new AbortController();
    const made = await handler?.run({ ...job, id: job.jobId, signal, db, progress: () => {} });
    expect(await found(app, user.id, job.jobId)).toMatchObject({
      ...{ status: 'running', transcriptId: made?.transcriptId },
    });
  });

  /** As somebody does who does not know that it was done. */
  async function beginAgain(id: string) {
    const job = await found(app, user.id, id);
    const handler = app.jobHandlers.get('transcribe');
    const { signal } = new AbortController();
    return handler?.run({ ...job, runId: '', signal, db, progress: () => {} });
  }
});

describe('a recording that is being downloaded', () => {
  const LATER = new Date(Date.now() + 3_600_000);
  const beginDownload = async () => {
    const { job } = await repositories.jobs.create(user.id, { type: 'download', runAfter: LATER });
    const downloading = {
      id: job.id,
      fileName: 'Talk.wav',
      downloadStatus: 'downloading',
    } as const;
    return repositories.mediaFiles.save(user.id, downloading);
  };

  test('is waited for, however long it takes, and then transcribed', async () => {
    const { id } = await beginDownload();
    const { id: jobId } = await transcribe(id);
    for (let count = 0; count < 4; count += 1) {
      const job = await found(app, user.id, jobId);
      expect(job).toMatchObject({
        ...{ status: 'queued', errorCode: 'recording_not_ready', retryCount: 0, crashCount: 0 },
      });
      expect(job.runAfter.getTime()).toBeGreaterThan(Date.now() + 8_000);
      await query(db, `update jobs set run_after = now() where id = '${jobId}'`);
      await runDueJobs(app);
    }
    await storeBytes(app, user.id, toneWav(1_000), 'Talk.wav', id);
    await query(db, `update jobs set run_after = now() where id = '${jobId}'`);
    await runDueJobs(app);
    expect(await found(app, user.id, jobId)).toMatchObject({ status: 'completed', attempt: 6 });
  });

  test('is waited for while its download is paused', async () => {
    const { id } = await beginDownload();
    await repositories.jobs.pause(user.id, id);
    expect(await transcribe(id)).toMatchObject({ status: 'queued', retryCount: 0 });
  });

  test.each([
    ['cancelled', async (id: string) => void (await repositories.jobs.cancel(user.id, id))],
    [
      'deleted',
      async (id: string) => void (await query(db, `delete from jobs where id = '${id}'`)),
    ],
    [
      'given up',
      async (id: string) => {
        const claimed = `status = 'running', lease_token = id, lease_expires_at = now()`;
        await query(db, `update jobs set ${claimed} where id = '${id}'`);
        const problem = { code: 'source_timeout', message: 'No answer.', permanent: false };
        await repositories.jobEndings.fail({ jobId: id, token: id }, problem);
      },
    ],
  ])('is waited for no more once its download was %s', async (_, end) => {
    const { id } = await beginDownload();
    await end(id);
    expect(await transcribe(id)).toMatchObject({
      ...{ status: 'failed', errorCode: 'recording_not_ready', attempt: 1 },
    });
  });

  test('and is deleted meanwhile fails the job', async () => {
    const { id } = await beginDownload();
    const { id: jobId } = await transcribe(id);
    await repositories.mediaFiles.delete(user.id, id);
    await query(db, `update jobs set run_after = now() where id = '${jobId}'`);
    await runDueJobs(app);
    expect(await found(app, user.id, jobId)).toMatchObject({
      ...{ status: 'failed', errorCode: 'not_found' },
    });
  });
});

describe('a job that cannot be done', () => {
  test('because nothing is configured says which settings to set', async () => {
    const bare = await buildTestApp();
    const { id } = await createUser(bare.repositories);
    const file = await storeBytes(bare, id, toneWav(1_000));
    expect(await doJob(bare, id, 'transcribe', { mediaFileId: file.id })).toMatchObject({
      ...{ status: 'failed', errorCode: 'speech_to_text_not_configured' },
      errorMessage: expect.stringMatching(/STT_BASE_URL.*STT_MODEL/),
    });
  });

  test.each([
    ['another model', { model: 'other' }, 'unknown_model'],
    ['no recording', { mediaFileId: '00000000-0000-4000-8000-000000000000' }, 'not_found'],
  ])('because of %s fails for good', async (_, rest, errorCode) => {
    const file = await storeBytes(app, user.id, toneWav(1_000));
    expect(await transcribe(file.id, rest)).toMatchObject({ status: 'failed', errorCode });
  });

  test('because the endpoint refuses the recording fails for good, and reveals nothing', async () => {
    play({ status: 400, body: `Bad request of ${KEY}` });
    const file = await storeBytes(app, user.id, toneWav(1_000));
    const job = await transcribe(file.id);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'model_failed' });
    expect(job.errorMessage).toContain('400');
    expect(job.errorMessage).not.toContain('Bad request');
  });

  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  test.each([
    ['no text', '{"segments":[]}'],
    ['too many levels', `{"text":"a","x":${deep},"segments":[{"start":0,"end":1,"text":"a"}]}`],
  ])('because the endpoint answers %s fails for good', async (_, body) => {
    play({ body });
    const file = await storeBytes(app, user.id, toneWav(1_000));
    const job = await transcribe(file.id);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'model_failed', retryCount: 0 });
    expect(job.errorMessage).toContain('no transcription');
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['the answer breaks off', { resetAtByte: 10 }],
    ['a page comes instead', { body: '<!doctype html><title>Back soon</title>' }],
  ])('because %s is tried again', async (_, reply) => {
    play({ ...reply, times: 1 }, {});
    const file = await storeBytes(app, user.id, toneWav(1_000));
    expect(await transcribe(file.id)).toMatchObject({ status: 'completed', retryCount: 1 });
  });

  test('because the endpoint is busy waits as long as it says', async () => {
    play({ status: 429, headers: { 'retry-after': '90' } });
    const file = await storeBytes(app, user.id, toneWav(1_000));
    const job = await transcribe(file.id);
    expect(job).toMatchObject({ status: 'queued', errorCode: 'model_unavailable', retryCount: 1 });
    expect(job.runAfter.getTime()).toBeGreaterThan(Date.now() + 60_000);
  });

  test('because nothing is said fails, and keeps what was answered', async () => {
    play({ body: '{"text": " ", "segments": []}' });
    const file = await storeBytes(app, user.id, toneWav(1_000));
    const job = await transcribe(file.id);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'no_speech' });
    expect(await repositories.transcriptionResults.getById(user.id, job.id)).toMatchObject({
      textContent: '',
    });
  });

  test('because the bytes are gone says so', async () => {
    const file = await storeBytes(app, user.id, toneWav(1_000));
    await app.media.remove(file.filePath);
    expect(await transcribe(file.id)).toMatchObject({ errorCode: 'recording_missing' });
  });

  test('because the recording is deleted meanwhile leaves nothing behind', async () => {
    play({ waitMs: 3_000 });
    const file = await storeBytes(app, user.id, toneWav(1_000));
    const { job, done } = await beginJob(app, user.id, 'transcribe', { mediaFileId: file.id });
    while (server.requests.length === 0) await setTimeout(10);
    await repositories.mediaFiles.delete(user.id, file.id);
    await done;
    expect(await found(app, user.id, job.id)).toMatchObject({
      status: 'failed',
      errorCode: 'not_found',
    });
    expect((await repositories.transcripts.listByUser(user.id, { limit: 9 })).data).toEqual([]);
  });
});

test('a job that is no longer ours ends the request before its answer, and writes nothing', async () => {
  play({ waitMs: 600_000 });
  const file = await storeBytes(app, user.id, toneWav(1_000));
  const { controller, done } = await beginJob(app, user.id, 'transcribe', { mediaFileId: file.id });
  while (server.requests.length === 0) await setTimeout(10);
  controller.abort(new Error('cancelled'));
  await done;
  await server.requests[0]?.closed;
  expect((await repositories.transcripts.listByUser(user.id, { limit: 9 })).data).toEqual([]);
});

test('a video that has a transcript already gets another one, without its link', async () => {
  await repositories.transcripts.create(user.id, { youtubeVideoId: 'dQw4w9WgXcQ' });
  const file = await storeBytes(app, user.id, toneWav(1_000));
  const formatInfo = { ...file.formatInfo, youtubeVideoId: 'dQw4w9WgXcQ' };
  await repositories.mediaFiles.save(user.id, { ...file, formatInfo });
  const job = await transcribe(file.id);
  expect(await repositories.transcripts.getById(user.id, job.transcriptId ?? '')).toMatchObject({
    ...{ youtubeVideoId: null, status: 'ready' },
  });
});
