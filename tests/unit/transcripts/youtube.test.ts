import { describe, expect, it } from 'vitest';
import { momentUrl, parseYoutubeId } from '../../../src/transcripts/youtube.ts';

const ID = 'dQw4w9WgX-_';

describe('finding the id of a YouTube video', () => {
  it.each([
    ID,
    ` ${ID} `,
    `https://www.youtube.com/watch?v=${ID}`,
    `http://youtube.com/watch?list=PL0&v=${ID}&t=42s#x`,
    `https://m.youtube.com/watch?v=${ID}&list=PL0`,
    `https://music.youtube.com/watch?v=${ID}`,
    `https://youtu.be/${ID}?si=abc`,
    `youtu.be/${ID}`,
    `www.youtube.com/shorts/${ID}`,
    `//www.youtube.com/embed/${ID}`,
    `https://www.youtube.com/live/${ID}?feature=share`,
    `https://www.youtube.com/v/${ID}`,
    `https://www.youtube-nocookie.com/embed/${ID}?rel=0`,
    `https://www.youtube.com/e/${ID}`,
    `https://www.youtube.com./watch?v=${ID}`,
    `youtu.be./${ID}`,
    `https://www.youtube.com/attribution_link?a=x&u=/watch%3Fv%3D${ID}%26feature%3Dshare`,
    `https://www.youtube.com/attribution_link?u=https%3A%2F%2Fyoutu.be%2F${ID}`,
    `HTTPS://WWW.YouTube.com/watch?v=${ID}`,
  ])('finds it in %j', (input) => {
    expect(parseYoutubeId(input)).toBe(ID);
  });

  it.each([
    '',
    'dQw4w9WgX',
    `${ID}x`,
    'youtube.com',
    'https://www.youtube.com/',
    'https://www.youtube.com/watch?v=short',
    `https://www.youtube.com/watch?v=${ID}x`,
    `https://www.youtube.com/playlist?list=${ID}`,
    `https://youtube.com.evil.example/watch?v=${ID}`,
    `https://notyoutube.com/watch?v=${ID}`,
    `https://youtube.com@evil.example/watch?v=${ID}`,
    `https://evil.example/?u=https://youtu.be/${ID}`,
    `https://youtu.be.evil.example/${ID}`,
    `https://youtube.com../watch?v=${ID}`,
    `https://www.youtube.com/attribution_link?u=https%3A%2F%2Fevil.example%2Fwatch%3Fv%3D${ID}`,
    `https://www.youtube.com/attribution_link?u=%2F%2Fevil.example%2Fwatch%3Fv%3D${ID}`,
    `https://evil.example/attribution_link?u=https%3A%2F%2Fyoutu.be%2F${ID}`,
    `https://www.youtube.com/attribution_link?v=${ID}`,
    'https://www.youtube.com/attribution_link?u=http%3A%2F%2F%5B',
    `ftp://youtu.be/${ID}`,
    `javascript://youtu.be/${ID}`,
    'https://youtu.be/',
    'http://[',
  ])('finds none in %j', (input) => {
    expect(parseYoutubeId(input)).toBeUndefined();
  });
});

describe('a link to a moment', () => {
  it('carries whole seconds, rounded down', () => {
    expect(momentUrl(ID, 61_999, 600)).toBe(`https://youtu.be/${ID}?t=61`);
    expect(momentUrl(ID, 0, null)).toBe(`https://youtu.be/${ID}?t=0`);
  });

  it('stays within the video', () => {
    expect(momentUrl(ID, 700_000, 600.7)).toBe(`https://youtu.be/${ID}?t=600`);
    expect(momentUrl(ID, -5_000, 600)).toBe(`https://youtu.be/${ID}?t=0`);
  });

  it('leads to the video where the moment is not known, and nowhere without a video', () => {
    expect(momentUrl(ID, null, 600)).toBe(`https://youtu.be/${ID}`);
    expect(momentUrl(null, 1_000, 600)).toBeNull();
  });
});
