import { expect, test } from 'vitest';
import type { ResolvedLink } from '../../src/schemas/links.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importText } from '../helpers/factories.ts';
import { fakeYtDlp } from '../helpers/fake-yt-dlp.ts';
import { sends, sendsJson } from '../helpers/source-server.ts';
import {
  captionsFrom,
  playlistItems,
  playlistPage,
  playYoutube,
  VIDEO,
} from '../helpers/youtube.ts';

const LIST = 'PL0123456789ABC';
const listUrl = `https://www.youtube.com/playlist?list=${LIST}`;
const youtube = await playYoutube();
const parley = await buildTestApp({}, { captions: captionsFrom(youtube) });
const ada = await parley.client.register();
const bob = await parley.client.register();
const resolve = (body: object, actor = ada) =>
  actor.request<ResolvedLink>('POST', '/v1/links/resolve', body);

const { transcript } = await importText(parley.db, ada.user.id, 'The tide turns.', {
  youtubeVideoId: VIDEO,
});
const nothing = { youtubeVideoId: null, playlistId: null, startMs: null, transcriptId: null };

test.each([
  [
    `https://m.youtube.com/watch?v=${VIDEO}&list=${LIST}&t=1m2s`,
    { kind: 'video', youtubeVideoId: VIDEO, playlistId: LIST, startMs: 62_000 },
    `https://youtu.be/${VIDEO}?t=62`,
  ],
  [VIDEO, { kind: 'video', youtubeVideoId: VIDEO }, `https://youtu.be/${VIDEO}`],
  [
    'youtu.be/dQw4w9WgXcQ',
    { kind: 'video', youtubeVideoId: 'dQw4w9WgXcQ' },
    'https://youtu.be/dQw4w9WgXcQ',
  ],
  [`www.youtube.com/playlist?list=${LIST}&si=x`, { kind: 'playlist', playlistId: LIST }, listUrl],
  ['HTTP://Example.ORG:80/a b', { kind: 'other' }, 'http://example.org/a%20b'],
  ['https://www.youtube.com/@mills', { kind: 'other' }, 'https://www.youtube.com/@mills'],
])('%s', async (link, expected, url) => {
  const before = youtube.requests.length;
  const { status, body } = await resolve({ url: link });
  expect(status).toBe(200);
  const transcriptId = body.youtubeVideoId === VIDEO ? transcript.id : null;
  expect(body).toEqual({ ...nothing, videos: [], ...expected, url, transcriptId });
  expect(youtube.requests.length).toBe(before);
});

test('a transcript of the same video is only the caller’s own', async () => {
  expect((await resolve({ url: VIDEO }, bob)).body.transcriptId).toBeNull();
});

const VIDEOS: [string, string][] = [
  ['AAAAAAAAAA1', 'One'],
  [VIDEO, 'Two'],
  ['AAAAAAAAAA3', 'Three'],
];
const listed = VIDEOS.map(([youtubeVideoId, title]) => ({
  youtubeVideoId,
  title,
  transcriptId: youtubeVideoId === VIDEO ? transcript.id : null,
}));

test('a playlist is expanded where that is asked for, over all of its pages', async () => {
  const more = {
    onResponseReceivedActions: [
      { appendContinuationItemsAction: { continuationItems: playlistItems(VIDEOS.slice(2)) } },
    ],
  };
  youtube.browse = [sendsJson(playlistPage(VIDEOS.slice(0, 2), 'more')), sendsJson(more)];
  const { body, text } = await resolve({ url: listUrl, expandPlaylist: true });
  expect(body.videos, text).toEqual(listed);
  expect(body).toMatchObject({ kind: 'playlist', playlistId: LIST });
});

test('yt-dlp expands it where it is installed', async () => {
  const ytDlp = await fakeYtDlp();
  const entries = VIDEOS.map(([id, title]) => ({ _type: 'url', id, title }));
  await ytDlp.performs({
    stdout: JSON.stringify({ _type: 'playlist', id: LIST, entries: [...entries, { id: 'UC1' }] }),
  });
  const captions = captionsFrom(youtube, { ytDlpPath: ytDlp.path });
  const installed = await buildTestApp({}, { captions });
  const eve = await installed.client.register();
  const link = `https://www.youtube.com/watch?v=${VIDEO}&list=${LIST}`;
  const { body } = await resolve({ url: link, expandPlaylist: true }, eve);
  expect(body.videos).toEqual(listed.map((video) => ({ ...video, transcriptId: null })));
  const [args = []] = await ytDlp.calls();
  expect(args).toContain('--flat-playlist');
  expect(args.slice(-2)).toEqual(['--', listUrl]);
  await ytDlp.performs({ stderr: 'ERROR: [youtube:tab] x: The playlist does not exist.', code: 1 });
  expect(await resolve({ url: link, expandPlaylist: true }, eve)).toMatchObject({
    status: 422,
    body: { code: 'video_unavailable' },
  });
});

test.each([
  [
    'a list that is gone',
    sendsJson({
      alerts: [
        { alertRenderer: { type: 'ERROR', text: { simpleText: 'The playlist does not exist.' } } },
      ],
    }),
    422,
    'video_unavailable',
  ],
  ['429', sends('', 'text/html', 429), 502, 'source_blocked'],
  ['nothing', sends(''), 502, 'source_unreadable'],
])('%s is an error, not an empty list', async (_, reply, status, code) => {
  youtube.browse = [reply];
  expect(await resolve({ url: listUrl, expandPlaylist: true })).toMatchObject({
    status,
    body: { code },
  });
});

test.each([
  [{ url: 'http://[' }],
  [{ url: 'javascript:alert(1)' }],
  [{ url: 'ftp://example.org' }],
  [{ url: VIDEO, expandPlaylist: true }],
  [{ url: 'https://example.org/?list=PL1', expandPlaylist: true }],
])('%j is refused', async (body) => {
  expect(await resolve(body)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed', errors: [{ path: '/url' }] },
  });
});
