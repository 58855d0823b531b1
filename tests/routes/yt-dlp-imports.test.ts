import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fakeYtDlp, type Performance, videoInfo } from '../helpers/fake-yt-dlp.ts';
import { hangs, sends } from '../helpers/source-server.ts';
import { captionsAsAsked, captionsFrom, playYoutube, VIDEO } from '../helpers/youtube.ts';
import { buildFetchingApp } from './fetching.ts';

const youtube = await playYoutube();
const ytDlp = await fakeYtDlp();
const captions = captionsFrom(youtube, { ytDlpPath: ytDlp.path });
const { ada, app, send, expectRefused, rows, repositories } = await buildFetchingApp(captions);
const url = `https://youtu.be/${VIDEO}`;
const info = videoInfo(youtube.origin);
const describes = (value: unknown) => ytDlp.performs({ stdout: JSON.stringify(value) });
const asked = () => new URL(youtube.requests.at(-1)?.url ?? '', youtube.origin).searchParams;

afterEach(async () => {
  youtube.captions = captionsAsAsked;
  const { data } = await repositories.transcripts.listByUser(ada.user.id, { limit: 100 });
  for (const { id } of data) await repositories.transcripts.delete(ada.user.id, id);
});

test('where yt-dlp is installed it says what there is, and nobody else is asked', async () => {
  await describes(info);
  const { status, body } = await send({ url });
  expect(status).toBe(201);
  expect(body.transcript).toMatchObject({
    title: 'Grinding by the Moon',
    channelName: 'Mills & Millers',
    language: 'en',
    chapters: [
      { startMs: 0, title: 'The tide' },
      { startMs: 30_500, title: 'The stone' },
    ],
  });
  expect(body.receipt).toMatchObject({ trackKind: 'manual', segments: 2 });
  const { mediaSourceId } =
    (await repositories.transcripts.getById(ada.user.id, body.transcript.id)) ?? {};
  const source = await repositories.mediaSources.getById(ada.user.id, mediaSourceId ?? '');
  expect(source?.publishedAt).toEqual(new Date(1_709_661_600_000));
  expect(youtube.requests.map((request) => request.url.split('?')[0])).toEqual(['/api/timedtext']);
});

test('it is run without configuration, and a link can be no option of it', async () => {
  await describes(info);
  await send({ url });
  const args = (await ytDlp.calls()).at(-1) ?? [];
  expect(args).toContain('--ignore-config');
  expect(args).toContain('--skip-download');
  expect(args.slice(-2)).toEqual(['--', `https://www.youtube.com/watch?v=${VIDEO}`]);
});

test.each([
  [{}, 'manual', 'en', null],
  [{ languages: ['de'] }, 'translated', 'en', 'de'],
  [{ language: 'en' }, 'manual', 'en', null],
])('of %j it takes the %s track', async (wanted, trackKind, lang, tlang) => {
  await describes(info);
  const { body } = await send({ url, ...wanted });
  expect(body.receipt.trackKind).toBe(trackKind);
  expect([asked().get('lang'), asked().get('tlang'), asked().get('kind')]).toEqual([
    lang,
    tlang,
    trackKind === 'manual' ? null : 'asr',
  ]);
});

test('what a machine heard is told from what it translated', async () => {
  const { subtitles: _none, ...heard } = info;
  await describes({ ...heard, language: null });
  const { body } = await send({ url });
  expect(body.receipt.trackKind).toBe('asr');
  const refused = await expectRefused({ url, languages: ['fr'] }, 'captions_unavailable');
  expect(refused.body).toMatchObject({ available: [{ language: 'en', trackKind: 'asr' }] });
});

const ROLLING = `WEBVTT

00:00:01.000 --> 00:00:03.000
 
the<00:00:01.500><c> tide</c><00:00:02.000><c> turns</c>

00:00:03.000 --> 00:00:03.010
the tide turns
 

00:00:03.010 --> 00:00:05.000
the tide turns
and<00:00:03.500><c> the</c><00:00:04.000><c> wheel</c>

00:00:05.000 --> 00:00:05.010
and the wheel
 
`;
test('captions that roll are undone where a machine heard them', async () => {
  const onlyVtt = info.automatic_captions.en.filter(({ ext }) => ext === 'vtt');
  await describes({ ...info, subtitles: {}, automatic_captions: { 'en-orig': onlyVtt } });
  youtube.captions = sends(ROLLING, 'text/vtt');
  const { body } = await send({ url });
  expect(body.receipt).toMatchObject({ format: 'vtt', trackKind: 'asr', words: 6 });
});

const says = (error: string): Performance => ({
  stderr: `WARNING: [youtube] something else\nERROR: [youtube] ${VIDEO}: ${error}\n`,
  code: 1,
});
const FAILURES: [Performance, number, string][] = [
  [says('Video unavailable'), 422, 'video_unavailable'],
  [
    says('Video unavailable. This video has been removed by the uploader'),
    422,
    'video_unavailable',
  ],
  [
    says('The uploader has not made this video available in your country'),
    422,
    'video_unavailable',
  ],
  [says('Join this channel to get access to members-only content'), 422, 'video_unavailable'],
  [says('This live event will begin in 3 hours.'), 422, 'video_unavailable'],
  [says('Premieres in 3 hours'), 422, 'video_unavailable'],
  [
    says("Private video. Sign in if you've been granted access to this video."),
    422,
    'video_private',
  ],
  [
    says('Sign in to confirm your age. This video may be inappropriate for some users.'),
    422,
    'video_age_restricted',
  ],
  [says('Sign in to confirm you’re not a bot. Use --cookies'), 502, 'source_blocked'],
  [says('Unable to download API page: HTTP Error 429: Too Many Requests'), 502, 'source_blocked'],
  [says('Unable to download webpage: HTTP Error 403: Forbidden'), 502, 'source_blocked'],
  [says('Unable to download webpage: The read operation timed out'), 504, 'source_timeout'],
  [says('Failed to extract any player response'), 502, 'source_unreadable'],
  [{ stderr: 'Traceback (most recent call last):\n', code: 1 }, 502, 'source_unreadable'],
  [{ stdout: '', code: 0 }, 502, 'source_unreadable'],
  [{ stdout: '<!doctype html>', code: 0 }, 502, 'source_unreadable'],
  [{ stdout: JSON.stringify(info).slice(0, 300), code: 0 }, 502, 'source_unreadable'],
  [{ stdout: 'null', code: 0 }, 502, 'source_unreadable'],
  [{ does: 'process.kill(process.pid, "SIGKILL")' }, 502, 'source_unreadable'],
  [{ does: 'for (;;) fs.writeSync(1, "x".repeat(65536))' }, 422, 'source_too_large'],
];
const named = FAILURES.map(([performance, status, code]) => {
  const name = Object.values(performance).join(' ').trim().split('\n').at(-1)?.slice(0, 100);
  return [code, name, performance, status] as const;
});
test.each(named)('%s: %s', async (code, _, performance, status) => {
  await ytDlp.performs(performance);
  const answer = await expectRefused({ url }, code);
  expect(answer.status).toBe(status);
  // What the program said is for the log.
  expect(answer.text).not.toMatch(/ERROR:|Traceback|cookies/);
});

test('captions that have gone meanwhile store nothing', async () => {
  await describes(info);
  youtube.captions = sends('', 'text/vtt');
  await expectRefused({ url }, 'source_unreadable');
  await describes({ ...info, subtitles: {}, automatic_captions: {} });
  const { body } = await expectRefused({ url }, 'captions_unavailable');
  expect(body).toMatchObject({ requested: ['en'], available: [] });
});

/** It starts a program of its own, as some builds do, and both would go on for ever. */
const STUBBORN = `
const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
fs.writeFileSync(__dirname + '/pids', [process.pid, child.pid].join());
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
`;
async function pids(): Promise<number[]> {
  return (await readFile(join(ytDlp.folder, 'pids'), 'utf8')).split(',').map(Number);
}
const isRunning = async (pid: number) =>
  access(`/proc/${pid}/fd/0`).then(
    () => true,
    () => false,
  );

test('a program that takes too long is killed, with all that it started', async () => {
  await ytDlp.performs({ does: STUBBORN });
  const impatient = captionsFrom(youtube, { ytDlpPath: ytDlp.path, timeoutMs: 8_000 });
  expect((await expectRefused({ url }, 'source_timeout', impatient)).status).toBe(504);
  for (const pid of await pids()) {
    await expect.poll(() => isRunning(pid)).toBe(false);
  }
  // The source of the other tests again.
  await describes({ id: VIDEO });
  await expectRefused({ url }, 'captions_unavailable', captions);
});

test('a caller that leaves ends the fetch, and nothing is stored', async () => {
  await describes(info);
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  youtube.captions = (response, request) => {
    response.once('close', gone.resolve);
    arrived.resolve();
    hangs(response, request);
  };
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const before = await rows();
  const controller = new AbortController();
  const answer = fetch(`${origin}/v1/transcripts`, {
    method: 'POST',
    headers: { ...ada.credentials, 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
    signal: controller.signal,
  });
  const refusal = expect(answer).rejects.toThrow();
  await arrived.promise;
  controller.abort();
  await refusal;
  await gone.promise;
  expect(await rows()).toEqual(before);
});
