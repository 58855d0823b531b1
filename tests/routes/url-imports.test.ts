import { afterEach, expect, test } from 'vitest';
import { createPublicFetch } from '../../src/providers/public-fetch.ts';
import { playSource, pours, type Reply, redirects, sends } from '../helpers/source-server.ts';
import { captionsFrom, isThisMachine, PAGE, VTT } from '../helpers/youtube.ts';
import { buildFetchingApp } from './fetching.ts';

let reply: Reply = sends(VTT, 'text/vtt');
const source = await playSource(() => reply);
const nowhere = captionsFrom({ origin: 'http://127.0.0.1:1' });
const limits = { maxBytes: 100_000, timeoutMs: 20_000 };

const allowing = await buildFetchingApp(
  nowhere,
  { ALLOW_URL_IMPORT: 'true' },
  { publicFetch: createPublicFetch({ ...limits, isAllowed: isThisMachine }) },
);
const { ada, send, expectRefused, repositories } = allowing;

afterEach(async () => {
  reply = sends(VTT, 'text/vtt');
  const { data } = await repositories.transcripts.listByUser(ada.user.id, { limit: 100 });
  for (const { id } of data) await repositories.transcripts.delete(ada.user.id, id);
});

test('other links are not fetched unless the server allows it', async () => {
  const byDefault = await buildFetchingApp(nowhere);
  const before = source.connections();
  const { status, body } = await byDefault.expectRefused(
    { url: `${source.origin}/talk.vtt` },
    'url_not_allowed',
  );
  expect(status).toBe(422);
  expect(body).toMatchObject({ detail: expect.stringContaining('ALLOW_URL_IMPORT=true') });
  expect(source.connections()).toBe(before);
});

test('where it does, a link to a file is read like an upload', async () => {
  const { status, body } = await send({ url: `${source.origin}/a/R%C3%A4der%20am%20Bach.vtt?x=1` });
  expect(status).toBe(201);
  expect(body.transcript).toMatchObject({ title: 'Räder am Bach', youtubeVideoId: null });
  expect(body.receipt).toMatchObject({ format: 'vtt', segments: 2 });
  const { body: revisions } = await ada.request(
    'GET',
    `/v1/transcripts/${body.transcript.id}/revisions`,
  );
  expect(revisions).toMatchObject({ data: [{ madeBy: 'fetch' }] });
});

test.each([
  ['/%00%ff.vtt', null],
  ['/', null],
  ['/a%00b.vtt', 'ab'],
  [`/${'%F0%9F%8C%8A'.repeat(150)}`, '🌊'.repeat(150)],
])('the name of a file is its title, if it is one (%#)', async (path, title) => {
  const { status, body } = await send({ url: `${source.origin}${path}` });
  expect(status).toBe(201);
  expect(body.transcript.title).toBe(title);
});

test('what the caller says about it is kept', async () => {
  reply = sends('The tide turns.', 'application/octet-stream');
  const said = { title: 'Tides', language: 'en', youtubeVideoId: 'T1deM1ll_07' };
  const { body } = await send({ url: source.origin, format: 'text', ...said });
  expect(body.transcript).toMatchObject(said);
  expect(body.receipt.format).toBe('text');
});

test.each<[string, Reply, number, string]>([
  ['a page', sends(PAGE, 'text/html'), 502, 'source_unreadable'],
  ['a page that says it is text', sends(PAGE), 502, 'source_unreadable'],
  ['nothing', sends(''), 502, 'source_unreadable'],
  ['404', sends('Not found', 'text/plain', 404), 502, 'source_unreadable'],
  ['401', sends('Who are you?', 'text/plain', 401), 502, 'source_blocked'],
  ['too much', pours, 422, 'source_too_large'],
  ['what is no transcript', sends('%PDF-1.7\n'), 422, 'unreadable_transcript'],
  ['a way to the inside', redirects('http://169.254.169.254/latest/'), 422, 'url_not_allowed'],
])('%s is not stored', async (_, answer, status, code) => {
  reply = answer;
  expect((await expectRefused({ url: `${source.origin}/x.srt` }, code)).status).toBe(status);
});

test('the address of this server is refused by the fetch of a real server', async () => {
  const real = await buildFetchingApp(nowhere, { ALLOW_URL_IMPORT: 'true' });
  const before = source.connections();
  for (const url of [source.origin, `http://localhost:${source.port}`, `[::1]:${source.port}`]) {
    expect((await real.expectRefused({ url }, 'url_not_allowed')).status).toBe(422);
  }
  expect(source.connections()).toBe(before);
});
