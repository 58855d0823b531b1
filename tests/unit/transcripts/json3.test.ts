import { describe, expect, it } from 'vitest';
import { readJson3 } from './readers.ts';
import { locationOf } from './unreadable.ts';

const read = (...events: unknown[]) =>
  readJson3(JSON.stringify({ wireMagic: 'pb3', pens: [{}], events }));
const event = (tStartMs: number, dDurationMs: number, ...segs: object[]) => ({
  tStartMs,
  dDurationMs,
  segs,
});

const WINDOW = { tStartMs: 0, dDurationMs: 60_000, id: 1, wpWinPosId: 1, wsWinStyleId: 1 };
const HEARD = event(
  1_000,
  5_000,
  { utf8: 'so', acAsrConf: 255 },
  { utf8: ' good', tOffsetMs: 400, acAsrConf: 51 },
  { utf8: ' morning', tOffsetMs: 900, acAsrConf: 0 },
);
const NEWLINE = { ...event(3_490, 2_510, { utf8: '\n' }), wWinId: 1, aAppend: 1 };
const NEXT = event(3_500, 2_000, { utf8: 'everyone' });

describe('reading json3 captions of YouTube', () => {
  it('reads what a recogniser heard, with the times and confidences of words', () => {
    const { format, trackKind, segments } = read(HEARD, NEXT);
    expect({ format, trackKind }).toEqual({ format: 'json3', trackKind: 'asr' });
    expect(segments[0]).toEqual({
      startMs: 1_000,
      endMs: 3_500,
      speaker: null,
      text: 'so good morning',
      words: [
        { text: 'so', startMs: 1_000, endMs: 1_400, confidence: 1 },
        { text: 'good', startMs: 1_400, endMs: 1_900, confidence: 0.2 },
        { text: 'morning', startMs: 1_900, endMs: 3_500, confidence: null },
      ],
      confidence: null,
    });
    expect(segments[1]?.words).toEqual([
      { text: 'everyone', startMs: 3_500, endMs: 5_500, confidence: null },
    ]);
  });

  it('takes a confidence that is no finite number for none', () => {
    const segs = '{"utf8": "so", "acAsrConf": 1e400}, {"utf8": " good", "tOffsetMs": 4}';
    const { segments } = readJson3(`{"events": [{"tStartMs": 0, "segs": [${segs}]}]}`);
    expect(segments[0]?.words?.map(({ confidence }) => confidence)).toEqual([null, null]);
  });

  it('takes the first event, which only places a window, for no caption', () => {
    const { counts, segments } = read(WINDOW, event(10, 20, { utf8: 'Hi' }));
    expect(segments.map(({ text }) => text)).toEqual(['Hi']);
    expect(counts).toMatchObject({ cuesRead: 1, dropped: 0 });
  });

  it('skips events that append a newline, and keeps what else they append', () => {
    const { counts, segments } = read(HEARD, NEWLINE, NEXT);
    expect(segments.map(({ text }) => text)).toEqual(['so good morning', 'everyone']);
    expect(counts.cuesRead).toBe(2);
    const more = { ...event(2_000, 500, { utf8: 'and more' }), aAppend: 1 };
    expect(read(HEARD, more).segments[1]?.text).toBe('and more');
  });

  it('clips an end to the next start, and not to a newline', () => {
    const { counts, segments, warnings } = read(HEARD, NEWLINE, NEXT);
    expect(segments.map(({ endMs }) => endMs)).toEqual([3_500, 5_500]);
    expect(counts.overlapping).toBe(1);
    expect(warnings).toMatchObject([{ code: 'overlap_clipped', count: 1, line: null }]);
  });

  it('lets captions that begin together end together', () => {
    const { segments } = read(event(0, 900, { utf8: 'left' }), event(0, 900, { utf8: 'right' }));
    expect(segments.map(({ endMs }) => endMs)).toEqual([900, 900]);
  });

  it('clips all captions that began together, and keeps their order', () => {
    const { counts, segments } = read(
      event(0, 5_000, { utf8: 'left' }),
      event(0, 5_000, { utf8: 'right' }),
      event(3_000, 1_000, { utf8: 'next' }),
    );
    expect(segments.map(({ endMs, text }) => [endMs, text])).toEqual([
      [3_000, 'left'],
      [3_000, 'right'],
      [4_000, 'next'],
    ]);
    expect(counts).toMatchObject({ overlapping: 2, outOfOrder: 0 });
  });

  it('says nothing of captions that only touch', () => {
    const { counts, warnings } = read(event(0, 500, { utf8: 'a' }), event(500, 1, { utf8: 'b' }));
    expect(counts.overlapping).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('ends a caption without a duration at the next one', () => {
    const { segments } = read({ tStartMs: 0, segs: [{ utf8: 'a' }] }, event(700, 1, { utf8: 'b' }));
    expect(segments[0]?.endMs).toBe(700);
  });

  it('keeps no words of captions that a person wrote', () => {
    const { trackKind, segments } = read(event(0, 900, { utf8: 'Hello\nthere' }), NEXT);
    expect(trackKind).toBe('unknown');
    expect(segments).toMatchObject([{ text: 'Hello there', words: null }, { words: null }]);
  });

  it('keeps a sentence in one piece from being a word', () => {
    expect(read(HEARD, event(9_000, 10, { utf8: 'in one piece' })).segments[1]?.words).toBeNull();
  });

  it('keeps a refrain, and drops what is only shown twice', () => {
    const refrain = read(event(0, 900, { utf8: 'La la' }), event(1_000, 900, { utf8: 'La la' }));
    expect(refrain.segments).toHaveLength(2);
    const shown = read(event(0, 900, { utf8: 'La la' }), event(500, 900, { utf8: 'La la' }));
    expect(shown.segments).toMatchObject([{ startMs: 0, endMs: 1_400 }]);
    expect(shown.counts).toMatchObject({ cuesRead: 2, wordsRead: 4, dropped: 1 });
    expect(shown.warnings).toMatchObject([{ code: 'repeated_caption', count: 1 }]);
  });

  it.each([
    ['an event that is none', 1, '/events/0 is not an object'],
    ['a start that is none', { ...HEARD, tStartMs: '1' }, '/events/0/tStartMs is not a number'],
    ['a missing start', { segs: [{ utf8: 'a' }] }, '/events/0/tStartMs is not a number'],
    ['a negative duration', { ...HEARD, dDurationMs: -1 }, '/events/0/dDurationMs is -1 ms'],
    ['pieces that are no list', { tStartMs: 0, segs: {} }, '/events/0/segs is not a list'],
    ['a text that is none', event(0, 1, { utf8: 1 }), '/events/0/segs/0/utf8 is not a string'],
    ['half an emoji', event(0, 1, { utf8: '\uD83D' }), '/segs/0/utf8 cannot be stored'],
    ['an offset that is none', event(0, 1, { utf8: 'a', tOffsetMs: {} }), '/segs/0/tOffsetMs'],
  ])('refuses %s', (_, value, message) => {
    expect(locationOf(() => read(value)).message).toContain(message);
  });

  it('names the line of a mistake', () => {
    const text =
      '{\n "events": [\n  {"tStartMs": 0, "segs": [{"utf8": "a"}]},\n  {"segs": 5}\n ]\n}';
    expect(locationOf(() => readJson3(text)).line).toBe(4);
    expect(locationOf(() => readJson3('{"events": []}')).message).toContain('expected json3');
  });
});
