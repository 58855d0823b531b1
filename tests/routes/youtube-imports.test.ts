import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { CAPTION_FORMATS } from '../../src/providers/captions.ts';
import {
  breaksOff,
  hangs,
  pours,
  type Reply,
  sends,
  sendsJson,
  trickles,
} from '../helpers/source-server.ts';
import {
  CONSENT_PAGE,
  captionsAsAsked,
  captionsFrom,
  EMPTY_VTT,
  JSON3,
  PAGE,
  player,
  playYoutube,
  VIDEO,
  VTT,
} from '../helpers/youtube.ts';
import { buildFetchingApp } from './fetching.ts';

const youtube = await playYoutube();
const { origin } = youtube;
const { ada, client, send, rows, expectRefused, repositories } = await buildFetchingApp(
  captionsFrom(youtube),
);
const url = `https://www.youtube.com/watch?v=${VIDEO}&list=PL0123456789ABC`;

const offers = (...args: Parameters<typeof player.ok> extends [string, ...infer R] ? R : never) => {
  youtube.player = sendsJson(player.ok(origin, ...args));
};
const asked = () => new URL(youtube.requests.at(-1)?.url ?? '', origin).searchParams;

afterEach(async () => {
  youtube.captions = captionsAsAsked;
  const { data } = await repositories.transcripts.listByUser(ada.user.id, { limit: 100 });
  for (const { id } of data) await repositories.transcripts.delete(ada.user.id, id);
});

test('a link becomes a transcript with what is known about the video', async () => {
  offers([{ language: 'en' }]);
  youtube.captions = captionsAsAsked;
  const { status, body } = await send({ url });
  expect(status).toBe(201);
  expect(body.transcript).toMatchObject({
    youtubeVideoId: VIDEO,
    title: 'Grinding by the Moon',
    channelName: 'Mills & Millers',
    language: 'en',
    status: 'ready',
  });
  expect(body.receipt).toMatchObject({ trackKind: 'manual', segments: 2, durationMs: 6_000 });

  const { id } = body.transcript;
  const { body: revisions } = await ada.request('GET', `/v1/transcripts/${id}/revisions`);
  expect(revisions).toMatchObject({
    data: [{ number: 1, madeBy: 'fetch', trackKind: 'manual', language: 'en' }],
  });
  const stored = await repositories.transcripts.getById(ada.user.id, id);
  const source = await repositories.mediaSources.getById(ada.user.id, stored?.mediaSourceId ?? '');
  expect(source).toMatchObject({
    kind: 'youtube',
    externalId: VIDEO,
    title: 'Grinding by the Moon',
    channel: 'Mills & Millers',
    description: 'A mill, and a tide.',
    durationSeconds: 61,
    url: `https://youtu.be/${VIDEO}`,
    publishedAt: new Date('2024-03-05T18:00:00Z'),
  });

  const { body: found } = await ada.request('POST', '/v1/search', { query: 'stone' });
  expect(found).toMatchObject({ data: [{ url: `https://youtu.be/${VIDEO}?t=1` }] });
});

test('the chapters are those of the description', async () => {
  const ok = player.ok(origin, [{ language: 'en' }]);
  const shortDescription = '0:00 The tide\n0:20 The wheel\n0:40 The stone';
  youtube.player = sendsJson({ ...ok, videoDetails: { ...ok.videoDetails, shortDescription } });
  const { body } = await send({ url });
  expect(body.transcript.chapters).toEqual([
    { startMs: 0, title: 'The tide' },
    { startMs: 20_000, title: 'The wheel' },
    { startMs: 40_000, title: 'The stone' },
  ]);
});

test('a yt-dlp that does not run is as good as none', async () => {
  offers([{ language: 'en' }]);
  for (const ytDlpPath of ['false', '/bin', '/no/where']) {
    const source = captionsFrom(youtube, { ytDlpPath });
    const wanted = { youtubeVideoId: VIDEO, languages: ['en'], orElseOriginal: false };
    expect(await source.fetchCaptions(wanted)).toMatchObject({ language: 'en' });
  }
});

test('what the caller says goes before what the video says', async () => {
  offers([{ language: 'en' }]);
  const said = { title: 'Mine', channelName: 'My channel', metadata: { guest: 'Bob' } };
  const { body } = await send({ url: `youtu.be/${VIDEO}`, ...said });
  expect(body.transcript).toMatchObject({ ...said, youtubeVideoId: VIDEO });
});

test('the same link again is the transcript that is there', async () => {
  offers([{ language: 'en' }]);
  const first = await send({ url });
  const before = await rows();
  const again = await send({ url: `https://youtu.be/${VIDEO}` });
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(await rows()).toEqual(before);
});

test('a transcript that was uploaded before learns which video it is of', async () => {
  offers([{ language: 'en' }]);
  const { body: uploaded } = await send({ text: VTT, title: 'By hand' });
  const { status, body } = await send({ url });
  expect(status).toBe(200);
  expect(body.transcript).toMatchObject({
    id: uploaded.transcript.id,
    title: 'By hand',
    youtubeVideoId: VIDEO,
    channelName: 'Mills & Millers',
  });
  const stored = await repositories.transcripts.getById(ada.user.id, uploaded.transcript.id);
  expect(stored?.mediaSourceId).toEqual(expect.any(String));
});

test('other captions of a video that has a transcript belong to its revisions', async () => {
  offers([{ language: 'en' }]);
  const { body } = await send({ text: 'What I heard.', youtubeVideoId: VIDEO });
  const { body: problem, status } = await expectRefused({ url }, 'video_already_imported');
  expect(status).toBe(409);
  expect(problem).toMatchObject({
    detail: expect.stringContaining(`POST /v1/transcripts/${body.transcript.id}/revisions`),
  });
});

test('the track is chosen by language and kind', async () => {
  const tracks = [
    { language: 'en', kind: 'asr', translatable: true } as const,
    { language: 'fr' },
    { language: 'en-GB' },
  ];
  for (const [wanted, lang, tlang, trackKind] of [
    [{}, 'en', null, 'asr'],
    [{ languages: ['fr', 'en'] }, 'fr', null, 'manual'],
    [{ languages: ['en-GB'] }, 'en-GB', null, 'manual'],
    [{ language: 'fr' }, 'fr', null, 'manual'],
    [{ languages: ['de'] }, 'en', 'de', 'translated'],
  ] as const) {
    offers([...tracks], ['de', 'fr']);
    const { body, text } = await send({ url, ...wanted });
    expect(body.receipt, text).toMatchObject({ trackKind });
    expect(body.transcript.language).toBe(tlang ?? lang);
    expect([asked().get('lang'), asked().get('tlang')]).toEqual([lang, tlang]);
    await repositories.transcripts.delete(ada.user.id, body.transcript.id);
  }
});

test('captions in a language that is not there are refused with what there is', async () => {
  offers([{ language: 'en', kind: 'asr' }, { language: 'fr' }]);
  const { status, body } = await expectRefused(
    { url, languages: ['de', 'it'] },
    'captions_unavailable',
  );
  expect(status).toBe(422);
  expect(body).toMatchObject({
    requested: ['de', 'it'],
    available: [
      { language: 'en', trackKind: 'asr' },
      { language: 'fr', trackKind: 'manual' },
    ],
  });
  offers([]);
  const none = await expectRefused({ url }, 'captions_unavailable');
  expect(none.body).toMatchObject({ requested: ['en'], available: [] });
});

const { refusing } = player;
const another = { ...player.ok(origin, [{ language: 'en' }]), videoDetails: { videoId: 'x' } };
const PLAYER_FAILURES: [string, Reply, number, string][] = [
  ['gone', sendsJson(refusing('ERROR', 'Video unavailable')), 422, 'video_unavailable'],
  [
    'not for this country',
    sendsJson(
      refusing('UNPLAYABLE', 'Video unavailable', 'The uploader has not made it available here'),
    ),
    422,
    'video_unavailable',
  ],
  [
    'not there yet',
    sendsJson(refusing('LIVE_STREAM_OFFLINE', 'Premieres in 3 hours')),
    422,
    'video_unavailable',
  ],
  [
    'private',
    sendsJson(refusing('LOGIN_REQUIRED', 'This is a private video. Please sign in.')),
    422,
    'video_private',
  ],
  [
    'private by its second line',
    sendsJson(refusing('LOGIN_REQUIRED', 'Sign in', 'This video is private')),
    422,
    'video_private',
  ],
  [
    'for adults',
    sendsJson(refusing('LOGIN_REQUIRED', 'Sign in to confirm your age')),
    422,
    'video_age_restricted',
  ],
  [
    'for adults, in other words',
    sendsJson(refusing('AGE_VERIFICATION_REQUIRED', 'Altersbeschränkung')),
    422,
    'video_age_restricted',
  ],
  [
    'kept from robots',
    sendsJson(refusing('LOGIN_REQUIRED', 'Sign in to confirm you’re not a bot')),
    502,
    'source_blocked',
  ],
  ['replaced by another', sendsJson(another), 502, 'source_blocked'],
  ['429', sends('Too many requests', 'text/plain', 429), 502, 'source_blocked'],
  ['403', sendsJson({ error: { code: 403 } }, 403), 502, 'source_blocked'],
  ['a consent page', sends(CONSENT_PAGE, 'text/html'), 502, 'source_blocked'],
  ['any page', sends(PAGE, 'text/html'), 502, 'source_unreadable'],
  ['a page that says it is JSON', sends(PAGE, 'application/json'), 502, 'source_unreadable'],
  ['500', sendsJson({ error: {} }, 500), 502, 'source_unreadable'],
  ['nothing', sends('', 'application/json'), 502, 'source_unreadable'],
  [
    'JSON that is cut',
    sends('{"playabilityStatus":', 'application/json'),
    502,
    'source_unreadable',
  ],
  ['JSON of something else', sendsJson([1, 2]), 502, 'source_unreadable'],
  ['a new status', sendsJson(refusing('PERPLEXED', '')), 502, 'source_unreadable'],
  ['a broken connection', breaksOff('{'), 502, 'source_unreadable'],
  [
    'a redirect',
    (response) => response.writeHead(302, { location: '/' }).end(),
    502,
    'source_unreadable',
  ],
];
test.each(PLAYER_FAILURES)('a video that is %s', async (_, reply, status, code) => {
  youtube.player = reply;
  expect((await expectRefused({ url }, code)).status).toBe(status);
});

const CAPTION_FAILURES: [string, Reply, number, string][] = [
  ['429', sends('', 'text/html', 429), 502, 'source_blocked'],
  ['403', sends('', 'text/html', 403), 502, 'source_blocked'],
  ['404', sends('', 'text/html', 404), 502, 'source_unreadable'],
  ['nothing', sends('', 'text/vtt'), 502, 'source_unreadable'],
  ['204', sends('', 'text/vtt', 204), 502, 'source_unreadable'],
  ['white space', sends('\uFEFF \n\n', 'text/vtt'), 502, 'source_unreadable'],
  ['a lot of white space', sends('\n'.repeat(10_000), 'text/vtt'), 502, 'source_unreadable'],
  ['a consent page', sends(CONSENT_PAGE, 'text/html'), 502, 'source_blocked'],
  ['a page in disguise', sends(`\n<!-- x -->${PAGE}`, 'text/vtt'), 502, 'source_unreadable'],
  ['no cues', sends(EMPTY_VTT, 'text/vtt'), 502, 'source_unreadable'],
  ['another format', sends('1\n00:00 --> 00:01\nx\n', 'text/vtt'), 502, 'source_unreadable'],
  ['half of it', breaksOff(VTT), 502, 'source_unreadable'],
  ['too much', pours, 422, 'source_too_large'],
  [
    'too much in little',
    sends(gzipSync(`${VTT}${' '.repeat(2_000_000)}`), 'text/vtt', 200, {
      'content-encoding': 'gzip',
    }),
    422,
    'source_too_large',
  ],
];
test.each(CAPTION_FAILURES)('captions that are %s', async (_, reply, status, code) => {
  offers([{ language: 'en' }]);
  youtube.captions = reply;
  expect((await expectRefused({ url }, code)).status).toBe(status);
});

test.each<[string, Reply]>([
  ['never come', hangs],
  ['never end', trickles],
])('captions that %s are given up', async (_, reply) => {
  offers([{ language: 'en' }]);
  youtube.captions = reply;
  const impatient = captionsFrom(youtube, { timeoutMs: 300 });
  expect((await expectRefused({ url }, 'source_timeout', impatient)).status).toBe(504);
  youtube.player = reply;
  await expectRefused({ url }, 'source_timeout', impatient);
});

test.each([
  ['a playlist alone', { url: 'https://www.youtube.com/playlist?list=PL0123456789ABC' }, '/url'],
  ['a channel', { url: 'https://www.youtube.com/@mills' }, '/url'],
  ['no link', { url: 'http://[' }, '/url'],
  ['another protocol', { url: 'ftp://example.org/a.srt' }, '/url'],
  ['a link and text', { url, text: 'x' }, '/text'],
  ['languages without a link', { text: 'x', languages: ['en'] }, '/languages'],
  ['languages of a file', { url: 'https://example.org/x', languages: ['en'] }, '/languages'],
  ['a format of its own', { url, format: 'srt' }, '/format'],
  ['a kind of its own', { url, trackKind: 'asr' }, '/trackKind'],
  ['two videos', { url, youtubeVideoId: 'dQw4w9WgXcQ' }, '/youtubeVideoId'],
  ['no language', { url, languages: [] }, '/languages'],
  ['a language that is none', { url, languages: ['?'] }, '/languages/0'],
])('%s is refused without asking anybody', async (_, body, path) => {
  const before = youtube.requests.length;
  const { status, body: problem } = await expectRefused(body, 'validation_failed');
  expect({ status, problem }).toMatchObject({ status: 400, problem: { errors: [{ path }] } });
  expect(youtube.requests.length).toBe(before);
});

test('a key of another scope fetches nothing', async () => {
  const key = await ada.byApiKey('read');
  const before = youtube.requests.length;
  expect(await key.request('POST', '/v1/transcripts', { url })).toMatchObject({ status: 403 });
  expect(await client.request('POST', '/v1/transcripts', { url })).toMatchObject({ status: 401 });
  expect(youtube.requests.length).toBe(before);
});

test.skipIf(!CAPTION_FORMATS.some((format) => `${format}` === 'json3'))(
  'json3 is asked for first, and read',
  async () => {
    offers([{ language: 'en', kind: 'asr' }]);
    youtube.captions = sends(JSON3, 'application/json');
    const { body } = await send({ url });
    expect(asked().get('fmt')).toBe('json3');
    expect(body.receipt).toMatchObject({ format: 'json3', trackKind: 'asr', segments: 2 });
    for (const broken of ['{"events":[]}', '{"events":', JSON3.slice(0, 200), VTT]) {
      youtube.captions = sends(broken, 'application/json');
      await repositories.transcripts.delete(ada.user.id, body.transcript.id);
      await expectRefused({ url }, 'source_unreadable');
    }
  },
);
