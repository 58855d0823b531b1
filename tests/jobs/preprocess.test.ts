import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { readWavHeader } from '../../src/media/wav.ts';
import { buildTestApp, type TestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { fakeFfmpeg } from '../helpers/fake-ffmpeg.ts';
import { playModel } from '../helpers/model-server.ts';
import { toneWav } from '../helpers/recordings.ts';
import { beginJob, doJob, found, storeBytes } from './recording-jobs.ts';

const ffmpeg = await fakeFfmpeg();
const server = await playModel();
const speech = { STT_BASE_URL: server.baseUrl, STT_MODEL: 'whisper-1', STT_MAX_BYTES: '400000' };
const app = await buildTestApp({ FFMPEG_PATH: ffmpeg.path, FFMPEG_TIMEOUT_MS: '60000', ...speech });
const { repositories } = app;

const probed = {
  streams: [{ sample_rate: '44100', channels: 2 }],
  format: { format_name: 'mp3', duration: '3.5' },
};
const mp3 = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(500_000)]);
const wav = toneWav(30_000, [[10_000, 10_500]]);

let user: User;
beforeEach(async () => {
  await query(app.db, 'delete from users');
  user = await createUser(repositories);
  await ffmpeg.performs({ probed, wav: wav.toString('base64') });
});

const preprocess = (mediaFileId: string) => doJob(app, user.id, 'preprocess', { mediaFileId });
const withoutBytes = async () => {
  const names: string[] = [];
  for await (const { filePath } of app.media.list()) names.push(filePath);
  return names.filter((name) => name.startsWith('incoming/'));
};

describe('making audio of a recording', () => {
  test('gives a WAV file that belongs to it, and notes what was done', async () => {
    const source = await storeBytes(app, user.id, mp3, 'Talk.mp3');
    const job = await preprocess(source.id);
    expect(job).toMatchObject({
      ...{ status: 'completed', result: { mediaFileId: job.id, durationMs: 30_000 } },
    });
    const file = await repositories.mediaFiles.getById(user.id, job.id);
    expect(file).toMatchObject({
      ...{ sourceFileId: source.id, fileName: 'Talk.mp3', downloadStatus: 'completed' },
      ...{ fileSize: wav.length, durationSeconds: 30 },
      formatInfo: { mediaType: 'audio/wav', sampleRate: 16_000, channels: 1 },
    });
    expect(await app.media.read(file?.filePath ?? '', 0, wav.length)).toEqual(wav);
    expect(await repositories.audioProcessing.get(user.id, job.id)).toMatchObject({
      ...{ originalFormat: 'mp3', originalSampleRate: 44_100, originalChannels: 2 },
      ...{ processedFormat: 'wav', processedSampleRate: 16_000, processedChannels: 1 },
      preprocessingTimeSeconds: expect.any(Number),
    });
    expect(await withoutBytes()).toEqual([]);
  });

  test('is not done again for the same recording', async () => {
    const source = await storeBytes(app, user.id, mp3);
    const first = await preprocess(source.id);
    const calls = (await ffmpeg.calls()).length;
    expect((await preprocess(source.id)).result).toEqual(first.result);
    expect(await ffmpeg.calls()).toHaveLength(calls);
  });

  test('lets the programs read this one file, and no playlist', async () => {
    const source = await storeBytes(app, user.id, mp3, '-i /etc/passwd');
    await preprocess(source.id);
    for (const [, ...args] of (await ffmpeg.calls()).slice(-2)) {
      expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('file');
      expect(args[args.indexOf('-format_whitelist') + 1]).not.toMatch(/hls|dash|concat|sdp/);
      expect(args[args.indexOf('-i') + 1]).toBe(`file:${app.media.pathOf(source.filePath)}`);
    }
  });

  test('that fails says so, without what the program said, and leaves nothing behind', async () => {
    await ffmpeg.performs({ probed, code: 1, stderr: 'Invalid data in /secret/path' });
    const source = await storeBytes(app, user.id, mp3);
    const job = await preprocess(source.id);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'unreadable_recording' });
    expect(job.errorMessage).not.toContain('secret');
    expect(await withoutBytes()).toEqual([]);
  });

  test('of what has no sound says so', async () => {
    await ffmpeg.performs({ probed: { ...probed, streams: [] } });
    const job = await preprocess((await storeBytes(app, user.id, mp3)).id);
    expect(job.errorMessage).toBe('There is no sound in the recording.');
  });

  test('that is no longer ours kills the program, and leaves nothing behind', async () => {
    await ffmpeg.performs({ probed, does: 'setInterval(() => {}, 1000); while (true) {}' });
    const source = await storeBytes(app, user.id, mp3);
    const before = (await ffmpeg.calls()).length;
    const { controller, done } = await beginJob(app, user.id, 'preprocess', {
      mediaFileId: source.id,
    });
    while ((await ffmpeg.calls()).length < before + 2) await setTimeout(20);
    controller.abort(new Error('cancelled'));
    await done;
    const [pid] = (await ffmpeg.calls()).at(-1) ?? [0];
    while (isRunning(pid)) await setTimeout(20);
    expect(await withoutBytes()).toEqual([]);
  });

  test.each([
    ['is killed', { does: `process.kill(process.pid, 'SIGKILL')` }],
    ['is stopped', { does: 'process.exit(255)' }],
    [
      'runs out of room',
      { does: 'process.exit(228)', stderr: 'Error writing trailer: No space left on device' },
    ],
  ])('by a program that %s is tried again', async (_, ends) => {
    await ffmpeg.performs({ probed, ...ends });
    const source = await storeBytes(app, user.id, mp3);
    const { job, done } = await beginJob(app, user.id, 'preprocess', { mediaFileId: source.id });
    await done;
    expect(await found(app, user.id, job.id)).toMatchObject({
      ...{ status: 'queued', errorCode: 'unavailable', retryCount: 1 },
    });
    expect(await withoutBytes()).toEqual([]);
  });

  test('whose bytes are gone says so', async () => {
    const source = await storeBytes(app, user.id, mp3);
    await app.media.remove(source.filePath);
    expect(await preprocess(source.id)).toMatchObject({
      ...{ status: 'failed', errorCode: 'recording_missing' },
    });
  });

  test('that takes too long is tried again', async () => {
    const quick = await buildTestApp({ FFMPEG_PATH: ffmpeg.path, FFMPEG_TIMEOUT_MS: '400' });
    const { id } = await createUser(quick.repositories);
    await ffmpeg.performs({ probed, does: 'while (true) {}' });
    const source = await storeBytes(quick, id, mp3);
    const { job, done } = await beginJob(quick, id, 'preprocess', { mediaFileId: source.id });
    await done;
    expect(await found(quick, id, job.id)).toMatchObject({
      ...{ status: 'queued', errorCode: 'unavailable', retryCount: 1 },
    });
  });

  test('needs ffmpeg, and says what to do without it', async () => {
    const bare = await buildTestApp({ FFMPEG_PATH: '/nowhere/ffmpeg' });
    const { id } = await createUser(bare.repositories);
    const source = await storeBytes(bare, id, mp3);
    expect(await doJob(bare, id, 'preprocess', { mediaFileId: source.id })).toMatchObject({
      ...{ status: 'failed', errorCode: 'ffmpeg_not_installed' },
      errorMessage: expect.stringContaining('FFMPEG_PATH'),
    });
  });
});

test('a recording that is too large to be sent is made audio of, and cut', async () => {
  const source = await storeBytes(app, user.id, mp3);
  const job = await doJob(app, user.id, 'transcribe', { mediaFileId: source.id });
  expect(job).toMatchObject({ status: 'completed', result: { durationMs: 30_000 } });
  expect(await repositories.audioProcessing.get(user.id, job.id)).toMatchObject({
    chunkCount: 3,
  });
  const result = await repositories.transcriptionResults.getById(user.id, job.id);
  expect(result?.mediaFileId).toBe(source.id);
  expect(await found(app, user.id, job.id)).toMatchObject({ transcriptId: job.transcriptId });
});

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const hasFfmpeg = (() => {
  try {
    return execFileSync('ffmpeg', ['-version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasFfmpeg)('the real ffmpeg', () => {
  let real: TestApp;
  let folder = '';
  beforeEach(async () => {
    real ??= await buildTestApp();
    await query(real.db, 'delete from users');
    user = await createUser(real.repositories);
    folder ||= await mkdtemp(join(tmpdir(), 'parley-audio-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const convert = async (bytes: Buffer) =>
    doJob(real, user.id, 'preprocess', {
      mediaFileId: (await storeBytes(real, user.id, bytes)).id,
    });

  test.each([
    ['ogg', 'ogg', ['-c:a', 'flac']],
    ['m4a', 'mov', ['-c:a', 'aac']],
    ['mkv', 'matroska', ['-c:a', 'aac']],
    ['wav', 'wav', ['-c:a', 'pcm_s24le']],
  ])('makes 16 kHz mono of %s', async (ending, format, encoding) => {
    const path = join(folder, `tone.${ending}`);
    const made = ['-f', 'lavfi', '-i', 'sine=d=2.5:r=44100', '-ac', '2', ...encoding];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...made, path]);
    const job = await convert(await readFile(path));
    expect(job).toMatchObject({ status: 'completed' });
    const file = await real.repositories.mediaFiles.getById(user.id, job.id);
    const bytes = await real.media.read(file?.filePath ?? '', 0, file?.fileSize ?? 0);
    expect(readWavHeader(bytes, bytes.length)).toMatchObject({ sampleRate: 16_000, channels: 1 });
    expect(Math.abs((file?.durationSeconds ?? 0) - 2.5)).toBeLessThan(0.1);
    const processing = await real.repositories.audioProcessing.get(user.id, job.id);
    expect(processing?.originalFormat).toContain(format);
    expect(processing).toMatchObject({ originalSampleRate: 44_100, originalChannels: 2 });
  });

  test('opens neither URLs nor other files, whatever a recording says', async () => {
    let asked = 0;
    const spy = createServer((_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    const { port } = spy.address() as AddressInfo;
    const secret = join(folder, 'secret.wav');
    await writeFile(secret, toneWav(1_000));
    const playlist = (target: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${target}\n#EXT-X-ENDLIST\n`;
    const hostile = [
      playlist(`http://127.0.0.1:${port}/a.ts`),
      playlist(secret),
      playlist(`file://${secret}`),
      playlist(`concat:${secret}|${secret}`),
      `ffconcat version 1.0\nfile '${secret}'\n`,
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${port} RTP/AVP 0\n`,
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation><BaseURL>http://127.0.0.1:${port}/</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      `[playlist]\nFile1=http://127.0.0.1:${port}/a.mp3\n`,
    ];
    for (const text of hostile) {
      expect(await convert(Buffer.from(text))).toMatchObject({
        ...{ status: 'failed', errorCode: 'unreadable_recording' },
      });
    }
    expect(asked).toBe(0);
    spy.close();
  });
});
