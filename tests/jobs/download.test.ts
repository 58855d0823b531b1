import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createJobHandlers } from '../../src/jobs/handlers.ts';
import { JOB_REQUESTS } from '../../src/jobs/requests.ts';
import { removeRecording } from '../../src/media/remove-recording.ts';
import { createPublicDownload } from '../../src/providers/public-fetch.ts';
import { createYoutubeAudio } from '../../src/providers/youtube-audio.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { fakeYtDlp } from '../helpers/fake-yt-dlp.ts';
import { toneWav } from '../helpers/recordings.ts';
import { breaksOff, playSource, pours, redirects, sends } from '../helpers/source-server.ts';
import { beginJob, doJob, found } from './recording-jobs.ts';

// The shortest waits that the jitter may choose.
vi.spyOn(Math, 'random').mockReturnValue(0);

const wav = toneWav(1_500);
const VIDEO = 'dQw4w9WgXcQ';
const LIMIT = 1_000_000;

let answerLate: (() => void) | undefined;
const source = await playSource((path) => {
  if (path === '/talk.wav') return sends(wav, 'application/octet-stream');
  if (path === '/moved') return redirects('/talk.wav');
  if (path === '/late.wav') {
    return (response, request) => {
      answerLate = () => sends(wav, 'audio/wav')(response, request);
    };
  }
  if (path === '/busy') return sends('busy', 'text/plain', 503, { 'retry-after': '90' });
  if (path === '/page') return sends('<!doctype html>', 'text/html');
  if (path === '/endless') return pours;
  if (path === '/half') return breaksOff('RIFF');
  return sends('gone', 'text/plain', 404);
});
const ytDlp = await fakeYtDlp();
const app = await buildTestApp({ ALLOW_URL_IMPORT: 'true', MEDIA_UPLOAD_LIMIT_BYTES: `${LIMIT}` });
const { repositories } = app;
const limits = { maxBytes: LIMIT, timeoutMs: 60_000 };
const parts = {
  publicDownload: createPublicDownload({ ...limits, isAllowed: () => true }),
  youtubeAudio: createYoutubeAudio({ ytDlp: { ...ytDlp, env: process.env }, timeoutMs: 60_000 }),
};

let user: User;
beforeEach(async () => {
  await query(app.db, 'delete from users');
  user = await createUser(repositories);
});

const download = async (url: string, title?: string, given: object = parts) => {
  const body = { url, ...(title === undefined ? {} : { title }) };
  const [accepted] =
    (await JOB_REQUESTS.get('download')?.accept(repositories, user.id, [body])) ?? [];
  return doJob(app, user.id, 'download', accepted?.parameters ?? {}, given);
};
const fileOf = (id: string) => repositories.mediaFiles.getById(user.id, id);
const stored = async () => {
  const paths: string[] = [];
  for await (const { filePath } of app.media.list()) paths.push(filePath);
  return paths.filter((path) => path.startsWith(user.id) || path.startsWith('incoming'));
};

describe('downloading a recording', () => {
  test.each(['/talk.wav', '/moved'])('of a URL makes a media file (%s)', async (path) => {
    const job = await download(`${source.origin}${path}`);
    expect(job).toMatchObject({ status: 'completed', result: { mediaFileId: job.id } });
    const file = await fileOf(job.id);
    expect(file).toMatchObject({
      ...{ fileName: path.slice(1), fileSize: wav.length, durationSeconds: 1.5 },
      ...{ downloadStatus: 'completed', downloadError: null },
    });
    expect(await app.media.read(file?.filePath ?? '', 0, wav.length)).toEqual(wav);
  });

  test('that is done twice makes one', async () => {
    const job = await download(`${source.origin}/talk.wav`, 'Talk');
    const asked = source.requests.length;
    await query(app.db, `update media_files set download_status = 'downloading'`);
    const run = async () => {
      const { signal } = new AbortController();
      const again = await found(app, user.id, job.id);
      const running = { ...again, runId: '', signal, db: app.db, progress: () => {} };
      return createJobHandlers({ ...app, ...parts })
        .get('download')
        ?.run(running);
    };
    expect((await run())?.result).toEqual(job.result);
    expect((await run())?.result).toEqual(job.result);
    expect(source.requests.length).toBe(asked + 1);
    expect((await repositories.mediaFiles.listByUser(user.id, { limit: 9 })).data).toHaveLength(1);
    const file = await fileOf(job.id);
    expect(await stored()).toContain(file?.filePath);
  });

  test.each([
    ['is no recording', '/page', 'failed', 'no_recording'],
    ['is not there', '/nothing', 'failed', 'source_unreadable'],
    ['never ends', '/endless', 'failed', 'source_too_large'],
  ])('of what %s fails for good, and leaves no bytes', async (_, path, status, errorCode) => {
    const job = await download(`${source.origin}${path}`);
    expect(job).toMatchObject({ status, errorCode });
    expect(await fileOf(job.id)).toMatchObject({
      ...{ downloadStatus: 'failed', downloadError: job.errorMessage },
    });
    expect(await stored()).toEqual([]);
  });

  test('that breaks off is tried again, as often as the job may', async () => {
    const job = await download(`${source.origin}/half`);
    expect(job).toMatchObject({ status: 'failed', retryCount: 3, errorCode: 'source_unreadable' });
    expect(await fileOf(job.id)).toMatchObject({ downloadStatus: 'pending' });
    await repositories.mediaFiles.failAbandoned();
    expect(await fileOf(job.id)).toMatchObject({
      ...{ downloadStatus: 'failed', downloadError: job.errorMessage },
    });
  });

  test('whose recording is deleted meanwhile is cancelled, and does not bring it back', async () => {
    const parameters = { url: `${source.origin}/late.wav` };
    const held = { ...app, jobHandlers: createJobHandlers({ ...app, ...parts }) };
    const { job, done } = await beginJob(held, user.id, 'download', parameters);
    while (!answerLate) await setTimeout(10);
    await removeRecording(app, user.id, job.id);
    answerLate();
    await done;
    expect(await found(app, user.id, job.id)).toMatchObject({ status: 'cancelled' });
    const runs = await repositories.jobRuns.listByJob(user.id, job.id, { limit: 9 });
    expect(runs.data).toMatchObject([{ outcome: 'cancelled', endedAt: expect.any(Date) }]);
    expect(await fileOf(job.id)).toBeUndefined();
  });

  test('that has ended, or waits, may have its recording deleted', async () => {
    const whole = await download(`${source.origin}/talk.wav`);
    await removeRecording(app, user.id, whole.id);
    expect(await found(app, user.id, whole.id)).toMatchObject({ status: 'completed' });
    const { job } = await repositories.jobs.create(user.id, { type: 'download' });
    await repositories.mediaFiles.save(user.id, { id: job.id, fileName: 'Talk' });
    await removeRecording(app, user.id, job.id);
    expect(await found(app, user.id, job.id)).toMatchObject({ status: 'cancelled' });
  });

  test('of a source that is busy waits as long as it says', async () => {
    const job = await download(`${source.origin}/busy`);
    expect(job).toMatchObject({ status: 'queued', errorCode: 'source_unreadable', retryCount: 1 });
    expect(job.runAfter.getTime()).toBeGreaterThan(Date.now() + 60_000);
  });

  test('reaches public addresses alone', async () => {
    const connections = source.connections();
    const job = await download(`${source.origin}/talk.wav`, 'Talk', {});
    expect(job).toMatchObject({ status: 'failed', errorCode: 'url_not_allowed' });
    expect(source.connections()).toBe(connections);
  });

  test('of any URL has to be allowed', async () => {
    const settings = { ...app.settings, allowUrlImport: false };
    const job = await download(`${source.origin}/talk.wav`, 'Talk', { ...parts, settings });
    expect(job).toMatchObject({ status: 'failed', errorCode: 'url_not_allowed' });
    expect(job.errorMessage).toContain('ALLOW_URL_IMPORT');
  });
});

describe('downloading a video', () => {
  test('takes its sound by yt-dlp, and knows which video it is', async () => {
    await ytDlp.performs({
      does: `process.stdout.write(Buffer.from('${wav.toString('base64')}', 'base64'))`,
    });
    const job = await download(`https://youtu.be/${VIDEO}?t=5`, 'Song');
    expect(job).toMatchObject({ status: 'completed' });
    const file = await fileOf(job.id);
    expect(file).toMatchObject({
      ...{ fileName: 'Song', fileSize: wav.length },
      formatInfo: { youtubeVideoId: VIDEO, mediaType: 'audio/wav' },
    });
    expect(
      await repositories.mediaSources.getById(user.id, file?.mediaSourceId ?? ''),
    ).toMatchObject({
      ...{ kind: 'youtube', externalId: VIDEO },
    });
    const [args] = (await ytDlp.calls()).slice(-1);
    expect(args).toContain('--ignore-config');
    expect(args?.slice(-2)).toEqual(['--', `https://www.youtube.com/watch?v=${VIDEO}`]);
  });

  test('that yt-dlp cannot get says why', async () => {
    await ytDlp.performs({ stdout: 'RIFF', stderr: 'ERROR: [youtube] x: Private video', code: 1 });
    const job = await download(VIDEO);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'video_private' });
    expect(await stored()).toEqual([]);
  });

  test('needs yt-dlp, and says what to do without it', async () => {
    const youtubeAudio = createYoutubeAudio({
      ytDlp: { path: '/nowhere/yt-dlp', env: {} },
      timeoutMs: 5_000,
    });
    const job = await download(VIDEO, 'Song', { ...parts, youtubeAudio });
    expect(job).toMatchObject({ status: 'failed', errorCode: 'yt_dlp_not_installed' });
    expect(job.errorMessage).toContain('YT_DLP_PATH');
  });
});

test.each(['ftp://example.org/a.mp3', 'https://www.youtube.com/feed', 'not a link at all'])(
  '%s is refused before there is a job',
  async (url) => {
    await expect(download(url)).rejects.toMatchObject({ code: 'validation_failed' });
  },
);
