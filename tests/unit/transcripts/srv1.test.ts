import { describe, expect, it } from 'vitest';
import { readSrv1 } from './readers.ts';
import { locationOf } from './unreadable.ts';

const read = (body: string) =>
  readSrv1(`<?xml version="1.0" encoding="utf-8" ?><transcript>${body}</transcript>`);

describe('reading srv1 captions of YouTube', () => {
  it('reads seconds', () => {
    const { format, trackKind, segments } = read(
      '<text start="1.2" dur="3.4">One</text><text start="60" dur="1">Two</text>',
    );
    expect({ format, trackKind }).toEqual({ format: 'srv1', trackKind: 'unknown' });
    expect(segments).toEqual([
      { startMs: 1_200, endMs: 4_600, speaker: null, text: 'One', words: null, confidence: null },
      { startMs: 60_000, endMs: 61_000, speaker: null, text: 'Two', words: null, confidence: null },
    ]);
  });

  it.each([
    ['It&amp;#39;s', "It's"],
    ['It&#39;s', "It's"],
    ['Tom &amp;amp; Ada', 'Tom & Ada'],
    ['1 &amp;lt; 2', '1 < 2'],
    ['&amp;quot;Hi&amp;quot;&amp;nbsp;', '"Hi"'],
    ['&lt;i&gt;softly&lt;/i&gt; &lt;font color=&quot;#CCC&quot;&gt;now&lt;/font&gt;', 'softly now'],
    ['one\ntwo', 'one two'],
    ['<![CDATA[a & b]]>', 'a & b'],
  ])('reads %j, which is escaped once or twice, as %j', (escaped, text) => {
    expect(read(`<text start="0" dur="1">${escaped}</text>`).segments[0]?.text).toBe(text);
  });

  it('clips an end to the next start, and ends what has no duration there', () => {
    const { segments } = read(
      '<text start="0" dur="9">a</text><text start="2">b</text><text start="5">c</text>',
    );
    expect(segments.map(({ endMs }) => endMs)).toEqual([2_000, 5_000, 5_000]);
  });

  it('drops captions without text, with a warning', () => {
    const { segments, warnings } = read('<text start="0" dur="1"/><text start="1">b</text>');
    expect(segments).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'empty_cue', count: 1, line: 1 }]);
  });

  it.each([
    ['a missing start', '\n<text dur="1">a</text>', 'attribute "start", found nothing', 2],
    ['a start that is none', '\n\n<text start="NaN">a</text>', '"start", found "NaN"', 3],
    ['a start too late to be stored', '<text start="2147484">a</text>', 'found "2147484"', 1],
    ['XML that is not closed', '\n<text start="1">', 'this is not valid XML', 2],
    ['an entity of its own', '<text start="1">&lol;</text>', 'undefined entity', 1],
    ['no text', '', 'there is no text', 1],
  ])('refuses %s', (_, body, message, line) => {
    const location = locationOf(() => read(body));
    expect(location.message).toContain(message);
    expect(location.line).toBe(line);
  });

  it('refuses another document', () => {
    expect(locationOf(() => readSrv1('<tt/>')).message).toContain('<transcript>, found "tt"');
  });
});
