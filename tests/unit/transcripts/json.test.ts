import { describe, expect, it } from 'vitest';
import { readJson } from '../../../src/transcripts/formats/json.ts';
import { writeJson } from '../../../src/transcripts/writers/json.ts';
import { segment } from './factories.ts';
import { locationOf } from './unreadable.ts';

const transcript = {
  title: 'A talk',
  youtubeVideoId: 'dQw4w9WgXcQ',
  channelName: null,
  language: 'en',
  duration: 12.5,
};
const word = { text: 'Hello.', startMs: 0, endMs: 900, confidence: 0.5 };

describe('the JSON export', () => {
  it('says what it is, and holds everything', () => {
    const segments = [segment({ words: [word], confidence: 0.75 })];
    expect(JSON.parse(writeJson(transcript, segments))).toEqual({
      format: 'parley',
      version: 1,
      transcript,
      segments,
    });
  });

  it('leaves out what does not belong to it', () => {
    const row = { ...transcript, userId: 'secret' };
    expect(writeJson(row, [segment()])).not.toContain('secret');
  });

  it('can be read again without a loss', () => {
    const segments = [segment({ words: [word], confidence: 0.75 }), segment({ speaker: 'Ada' })];
    const parsed = readJson(writeJson(transcript, segments));
    const { title, youtubeVideoId } = transcript;
    const details = { title, youtubeVideoId };
    expect(parsed).toMatchObject({ format: 'segments', language: 'en', warnings: [], details });
    expect(parsed.segments).toEqual(segments);
  });

  it('refuses a title and a channel that are longer than a transcript can have', () => {
    const long = { ...transcript, channelName: 'c'.repeat(256) };
    const title = { ...transcript, title: 't'.repeat(501) };
    for (const [document, member] of [
      [long, '/transcript/channelName'],
      [title, '/transcript/title'],
    ] as const) {
      const location = locationOf(() => readJson(writeJson(document, [segment()])));
      expect(location.message).toContain(member);
    }
  });

  it('names the line and the member that does not fit', () => {
    const text = writeJson(transcript, [segment(), segment()]).replace(
      /("endMs": 1000,)(?![\s\S]*endMs)/,
      '"endMs": "x",',
    );
    const location = locationOf(() => readJson(text));
    expect(location.line).toBe(20);
    expect(location.message).toContain('/segments/1/endMs');
  });

  it('names the line of a segment that ends before it starts', () => {
    const text = writeJson(transcript, [segment(), segment({ startMs: 5, endMs: 4 })]);
    const location = locationOf(() => readJson(text));
    expect(location.line).toBe(20);
    expect(location.message).toContain('/segments/1/endMs');
  });

  it('refuses a version it does not know', () => {
    const text = writeJson(transcript, [segment()]).replace('"version": 1', '"version": 2');
    expect(locationOf(() => readJson(text)).message).toContain('/version');
  });
});
