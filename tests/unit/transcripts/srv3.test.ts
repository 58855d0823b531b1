import { describe, expect, it } from 'vitest';
import { readSrv3 } from './readers.ts';
import { locationOf } from './unreadable.ts';

const read = (body: string) =>
  readSrv3(
    `<?xml version="1.0"?><timedtext format="3"><head><pen id="1"/></head><body>${body}</body></timedtext>`,
  );

const HEARD =
  '<w t="0" id="1"/><p t="1000" d="5000" w="1"><s ac="255">so</s><s t="400" ac="51"> good</s><s t="900" ac="0"> morning</s></p>';

describe('reading srv3 captions of YouTube', () => {
  it('reads what a recogniser heard, with the times and confidences of words', () => {
    const { format, trackKind, segments } = read(`${HEARD}<p t="3500" d="2000"><s>all</s></p>`);
    expect({ format, trackKind }).toEqual({ format: 'srv3', trackKind: 'asr' });
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
  });

  it('skips rows that append a newline', () => {
    const { counts, segments, warnings } = read(
      `${HEARD}\n<p t="3490" d="2000" w="1" a="1">\n</p>\n<p t="3500" d="2000" w="1">all</p>`,
    );
    expect(segments.map(({ text, endMs }) => [text, endMs])).toEqual([
      ['so good morning', 3_500],
      ['all', 5_500],
    ]);
    expect(counts).toMatchObject({ cuesRead: 2, overlapping: 1 });
    expect(warnings).toMatchObject([{ code: 'overlap_clipped', count: 1, line: 1 }]);
  });

  it('reads fractional durations', () => {
    expect(read('<p t="320" d="1.7">a</p>').segments).toMatchObject([{ startMs: 320, endMs: 322 }]);
  });

  it('reads captions that a person wrote: styled, on several lines, without words', () => {
    const { trackKind, segments } = read(
      '<p t="0" d="900">Hello<br/>there, <s p="1">Ada &amp; Tom</s>!</p>',
    );
    expect(trackKind).toBe('unknown');
    expect(segments).toMatchObject([{ text: 'Hello there, Ada & Tom!', words: null }]);
  });

  it('drops the repeats of an animation, which zero-width characters tell apart', () => {
    const { counts, segments, warnings } = read(
      [
        '<p t="0" d="100">\u200B\u200BLa la</p>',
        '<p t="100" d="100">\u200BLa \u200Bla</p>',
        '<p t="200" d="300">\uFEFFLa la\u200D</p>',
        '<p t="900" d="100">Done</p>',
      ].join('\n'),
    );
    expect(segments.map(({ startMs, endMs, text }) => [startMs, endMs, text])).toEqual([
      [0, 500, 'La la'],
      [900, 1_000, 'Done'],
    ]);
    expect(counts).toMatchObject({ cuesRead: 4, wordsRead: 7, dropped: 2 });
    expect(warnings).toMatchObject([{ code: 'repeated_caption', count: 2, line: 2 }]);
  });

  it('keeps what is said again behind a pause, though it was animated', () => {
    const { counts, segments } = read(
      [
        '<p t="0" d="2000">\u200BHello</p>',
        '<p t="2100" d="100">Hel\u200Blo</p>',
        '<p t="2301" d="500">Hello</p>',
        '<p t="5000" d="1000">\u200BHello</p>',
      ].join(''),
    );
    expect(segments.map(({ startMs, endMs, text }) => [startMs, endMs, text])).toEqual([
      [0, 2_200, 'Hello'],
      [2_301, 2_801, 'Hello'],
      [5_000, 6_000, 'Hello'],
    ]);
    expect(counts).toMatchObject({ cuesRead: 4, dropped: 1 });
  });

  it('keeps what stands out of order in the file, though it is the same', () => {
    const { segments } = read('<p t="9000" d="900">La la</p><p t="0" d="900">La la</p>');
    expect(segments.map(({ startMs }) => startMs)).toEqual([0, 9_000]);
  });

  it('keeps what is said twice', () => {
    const { counts, segments } = read('<p t="0" d="100">La la</p><p t="100" d="100">La la</p>');
    expect(segments).toHaveLength(2);
    expect(counts.dropped).toBe(0);
  });

  it('keeps the joiners that Persian and emoji are written with', () => {
    const text = 'می\u200Cخواهم 👩\u200D🚀';
    expect(read(`<p t="0" d="1">${text}</p>`).segments[0]?.text).toBe(text);
  });

  it.each([
    ['a missing start', '\n<p d="1">a</p>', 'attribute "t", found nothing', 2],
    ['a duration that is none', '<p t="0" d="-1">a</p>', 'attribute "d", found "-1"', 1],
    ['an offset that is none', '<p t="0"><s t="x">a</s></p>', 'attribute "t", found "x"', 1],
    ['tags that cross', '\n\n<p t="0"><s>a</p></s>', 'this is not valid XML', 3],
  ])('refuses %s', (_, body, message, line) => {
    const location = locationOf(() => read(body));
    expect(location.message).toContain(message);
    expect(location.line).toBe(line);
  });
});
