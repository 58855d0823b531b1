import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  momentUrl,
  parseYoutubeId,
  parseYoutubeLink,
  playlistUrl,
} from '../../../src/transcripts/youtube.ts';

const ID = 'dQw4w9WgX-_';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const idOf = (minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...LETTERS), minLength, maxLength });

const videoId = idOf(11);
const playlistId = idOf(13, 41).map((id) => `PL${id}`);
const scheme = fc.constantFrom('https://', 'http://', '//', '', 'HTTPS://');
const host = fc.constantFrom('', 'www.', 'm.', 'music.').map((sub) => `${sub}youtube.com`);
const embedHost = fc.constantFrom('www.youtube-nocookie.com', 'youtube-nocookie.com');

/** Every form of a link to a video, as what stands before the id and what separates a query. */
const form = fc.oneof(
  host.map((name) => ({ before: `${name}/watch?v=`, query: '&' })),
  host.map((name) => ({ before: `${name}/watch?feature=share&v=`, query: '&' })),
  fc
    .tuple(host, fc.constantFrom('shorts', 'live', 'embed', 'v', 'e'))
    .map(([name, path]) => ({ before: `${name}/${path}/`, query: '?' })),
  embedHost.map((name) => ({ before: `${name}/embed/`, query: '?' })),
  fc.constantFrom('youtu.be/', 'www.youtu.be/').map((before) => ({ before, query: '?' })),
);

test('any id in any form of a link is found, with its list and its start', () => {
  const seconds = fc.option(fc.nat(100_000));
  const list = fc.option(playlistId);
  fc.assert(
    fc.property(
      scheme,
      form,
      videoId,
      list,
      seconds,
      (begin, { before, query }, id, inList, at) => {
        const extras = [inList && `list=${inList}`, at !== null && `t=${at}s`].filter(Boolean);
        const link = `${begin}${before}${id}${extras.length > 0 ? query : ''}${extras.join('&')}`;
        if (id === 'videoseries' || id === 'live_stream') return;
        expect(parseYoutubeLink(link)).toEqual({
          youtubeVideoId: id,
          playlistId: inList,
          startMs: at === null ? null : at * 1_000,
        });
        expect(parseYoutubeId(link)).toBe(id);
      },
    ),
  );
});

test('a deep link is read back as the moment that it was made of', () => {
  fc.assert(
    fc.property(videoId, fc.nat(2_000_000), (id, seconds) => {
      expect(parseYoutubeLink(momentUrl(id, seconds * 1_000, null) ?? '')).toEqual({
        youtubeVideoId: id,
        playlistId: null,
        startMs: seconds * 1_000,
      });
    }),
  );
});

test('a playlist is read back from its address, and is no video', () => {
  fc.assert(
    fc.property(playlistId, (id) => {
      expect(parseYoutubeLink(playlistUrl(id))).toEqual({
        youtubeVideoId: null,
        playlistId: id,
        startMs: null,
      });
      expect(parseYoutubeId(playlistUrl(id))).toBeUndefined();
      expect(
        parseYoutubeId(`https://www.youtube.com/embed/videoseries?list=${id}`),
      ).toBeUndefined();
    }),
  );
});

test.each([
  ['t=75', 75],
  ['t=75s', 75],
  ['t=1m15s', 75],
  ['t=1h2m3s', 3_723],
  ['t=2h', 7_200],
  ['start=30', 30],
  ['#t=42', 42],
  ['t=0', 0],
  ['t=', null],
  ['t=soon', null],
  ['t=-5', null],
  ['t=1.5', null],
  ['t=9999h', null],
])('%s starts at second %s', (query, seconds) => {
  const link = `https://youtu.be/${ID}${query.startsWith('#') ? '' : '?'}${query}`;
  expect(parseYoutubeLink(link)?.startMs).toBe(seconds === null ? null : seconds * 1_000);
});

test.each([
  'https://www.youtube.com/@mills',
  'https://www.youtube.com/channel/UC0123456789012345678901',
  'https://www.youtube.com/embed/live_stream?channel=UC0123456789012345678901',
  'https://evil.example/playlist?list=PL0123456789ABC',
  'https://www.youtube.com/playlist?list=<script>',
  'https://www.youtube.com/playlist',
])('%s names neither a video nor a playlist', (link) => {
  expect(parseYoutubeLink(link)).toBeUndefined();
});
