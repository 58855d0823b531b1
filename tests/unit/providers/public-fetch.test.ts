import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createPublicFetch, type PublicFetchOptions } from '../../../src/providers/public-fetch.ts';
import {
  breaksOff,
  hangs,
  playSource,
  pours,
  type Reply,
  redirects,
  sends,
  trickles,
} from '../../helpers/source-server.ts';
import { isThisMachine } from '../../helpers/youtube.ts';
import { hostileUrls } from './hostile-urls.ts';

let reply: Reply = sends('Hello');
const source = await playSource(() => reply);
const inside = await playSource(() => sends('a secret'));

const LIMITS = { maxBytes: 100_000, timeoutMs: 20_000 };
const fetchHere = (options: Partial<PublicFetchOptions> = {}) =>
  createPublicFetch({ ...LIMITS, isAllowed: isThisMachine, ...options });

/** How a name is resolved by whoever means harm. */
const HOSTILE_NAMES: Record<string, string[]> = {
  'public.example': ['8.8.8.8'],
  'mixed.example': ['8.8.8.8', '127.0.0.1'],
  'six.example': ['::ffff:127.0.0.1'],
  'nowhere.example': [],
};
const resolveHostile = async (name: string) => HOSTILE_NAMES[name] ?? ['127.0.0.1'];

test('of more than 300 hostile URLs none is connected to', async () => {
  const publicFetch = createPublicFetch({ ...LIMITS, resolve: resolveHostile });
  const urls = hostileUrls(inside.port);
  expect(urls.length).toBeGreaterThan(300);
  const before = inside.connections();
  for (const url of urls) {
    await expect(publicFetch(url), url).rejects.toMatchObject({ code: 'url_not_allowed' });
  }
  expect(inside.connections() - before).toBe(0);
});

test('the same server is reached where its address is allowed', async () => {
  const before = inside.connections();
  const answer = await fetchHere()(`http://127.0.0.1:${inside.port}/`);
  expect(Buffer.from(answer.body).toString()).toBe('a secret');
  expect(inside.connections() - before).toBe(1);
});

test.each([
  ...['http://localhost', 'http://[::1]', 'http://2130706434', 'http://10.0.0.1', '//127.0.0.2'],
  ...['http://[::ffff:127.0.0.1]', 'http://metadata.google.internal', 'http://u:p@127.0.0.1'],
])('a redirect to %s is not followed', async (target) => {
  // The first hop is a public server: the one on this machine stands for it.
  const publicFetch = fetchHere({
    resolve: async (name) => (name === 'public.example' ? ['127.0.0.1'] : ['127.0.0.3']),
  });
  reply = redirects(`${target}:${inside.port}/latest/meta-data`);
  const before = inside.connections();
  await expect(publicFetch(`http://public.example:${source.port}/`)).rejects.toMatchObject({
    code: 'url_not_allowed',
  });
  expect(inside.connections() - before).toBe(0);
});

test('a name is looked up once a hop, and what was checked is what is connected to', async () => {
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  let asked = 0;
  const publicFetch = fetchHere({ resolve: async () => answers[asked++] ?? [] });
  reply = sends('Hello');
  const url = `http://rebind.example:${source.port}/`;
  expect(await publicFetch(url)).toMatchObject({ status: 200, url });
  expect(asked).toBe(1);
  await expect(publicFetch(url)).rejects.toMatchObject({ code: 'url_not_allowed' });
});

test('redirects are followed, five at most', async () => {
  let hops = 0;
  reply = (response, request) =>
    hops++ < 5
      ? redirects(`/next?from=${hops}`, [301, 302, 303, 307, 308][hops - 1])(response, request)
      : sends('There')(response, request);
  const answer = await fetchHere()(`${source.origin}/first`);
  expect(Buffer.from(answer.body).toString()).toBe('There');
  expect(answer.url).toBe(`${source.origin}/next?from=5`);
  reply = redirects('/again');
  await expect(fetchHere()(source.origin)).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('a request says nothing about this server and carries nothing of the last answer', async () => {
  reply = sends('Hello', 'text/plain', 200, { 'set-cookie': 'session=1' });
  await fetchHere()(source.origin);
  await fetchHere()(source.origin);
  expect(source.requests.at(-1)?.headers).toEqual({
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'Parley',
    host: `127.0.0.1:${source.port}`,
    connection: 'close',
  });
});

test('the media type comes without its parameters, and the body as it is decoded', async () => {
  reply = sends(gzipSync('Hello'), 'Text/VTT; charset=utf-8', 200, { 'content-encoding': 'gzip' });
  const { mediaType, body } = await fetchHere()(source.origin);
  expect(mediaType).toBe('text/vtt');
  expect(Buffer.from(body).toString()).toBe('Hello');
});

const bomb = gzipSync(Buffer.alloc(20_000_000));
const TOO_LARGE: [string, Reply][] = [
  ['a body that says so', sends(Buffer.alloc(100_001))],
  ['a body without a length', pours],
  [
    'a body that grows as it is decoded',
    sends(bomb, 'text/plain', 200, { 'content-encoding': 'gzip' }),
  ],
];
test.each(TOO_LARGE)('%s is not read past the limit', async (_, large) => {
  reply = large;
  await expect(fetchHere()(source.origin)).rejects.toMatchObject({ code: 'source_too_large' });
});

test.each([
  ['never answers', hangs],
  ['never ends', trickles],
])('a source that %s is given up', async (_, slow) => {
  reply = slow;
  const publicFetch = fetchHere({ timeoutMs: 200 });
  await expect(publicFetch(source.origin)).rejects.toMatchObject({ code: 'source_timeout' });
});

test('a name that is never resolved is given up too', async () => {
  const publicFetch = fetchHere({ timeoutMs: 200, resolve: () => new Promise(() => {}) });
  await expect(publicFetch('http://slow.example')).rejects.toMatchObject({
    code: 'source_timeout',
  });
});

test('whoever asks can give up, and the source sees it', async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  reply = (response) => {
    response.once('close', gone.resolve);
    asked.resolve();
  };
  const controller = new AbortController();
  const answer = fetchHere()(source.origin, { signal: controller.signal });
  const refusal = expect(answer).rejects.toThrow('enough');
  await asked.promise;
  controller.abort(new Error('enough'));
  await refusal;
  await gone.promise;
});

test.each<[string, Reply]>([
  ['breaks off', breaksOff('WEBVTT')],
  ['hangs up', (response) => response.destroy()],
  ['lies about its encoding', sends('Hello', 'text/plain', 200, { 'content-encoding': 'gzip' })],
  ['invents an encoding', sends('Hello', 'text/plain', 200, { 'content-encoding': 'compress' })],
])('a source that %s is unreadable', async (_, broken) => {
  reply = broken;
  await expect(fetchHere()(source.origin)).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('a port on which nobody listens is unreadable', async () => {
  await expect(fetchHere()('http://127.0.0.1:1025/')).rejects.toMatchObject({
    code: 'source_unreadable',
  });
});
