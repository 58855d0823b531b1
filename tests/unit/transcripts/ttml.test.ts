import { describe, expect, it } from 'vitest';
import { readTtml } from './readers.ts';
import { locationOf } from './unreadable.ts';

const NAMESPACES =
  'xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"';
const document = (body: string, attributes = '', head = '') =>
  `<tt ${NAMESPACES} ${attributes}><head>${head}</head>${body}</tt>`;
const read = (div: string, attributes = '', head = '') =>
  readTtml(document(`<body><div>${div}</div></body>`, attributes, head));
const spans = (parsed: ReturnType<typeof readTtml>) =>
  parsed.segments.map(({ startMs, endMs, text }) => [startMs, endMs, text]);

describe('reading TTML', () => {
  it('reads paragraphs, their language, and lines', () => {
    const parsed = read('<p begin="1s" end="2.5s">One<br/>two</p>', 'xml:lang="en_us"');
    expect(parsed).toMatchObject({ format: 'ttml', language: 'en-US', trackKind: 'unknown' });
    expect(spans(parsed)).toEqual([[1_000, 2_500, 'One\ntwo']]);
  });

  it.each([
    ['00:01:02', '', 62_000],
    ['01:00:00.5', '', 3_600_500],
    ['100:00:00.123456', '', 360_000_123],
    ['00:00:01:15', '', 1_500],
    ['00:00:01:12', 'ttp:frameRate="24"', 1_500],
    ['00:00:01:12.1', 'ttp:frameRate="24" ttp:subFrameRate="2"', 1_521],
    ['0.5h', '', 1_800_000],
    ['2m', '', 120_000],
    ['1.25s', '', 1_250],
    ['40ms', '', 40],
    ['60f', '', 2_000],
    ['50f', 'ttp:frameRate="25"', 2_000],
    ['360f', 'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', 15_015],
    ['360f', 'ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"', 15_015],
    ['25000000t', 'ttp:tickRate="10000000"', 2_500],
    ['2t', '', 2_000],
    ['100t', 'ttp:frameRate="25" ttp:subFrameRate="2"', 2_000],
  ])('reads the time %s, with %j', (time, attributes, startMs) => {
    expect(read(`<p begin="${time}">a</p>`, attributes).segments[0]?.startMs).toBe(startMs);
  });

  it('counts a duration from the begin, and takes the earlier of two ends', () => {
    const parsed = read('<p begin="1s" dur="2s">a</p><p begin="4s" dur="9s" end="5s">b</p>');
    expect(spans(parsed)).toEqual([
      [1_000, 3_000, 'a'],
      [4_000, 5_000, 'b'],
    ]);
  });

  it('counts times from the begin of what is around them, and ends with it', () => {
    const parsed = readTtml(
      document(
        '<body begin="10s"><div begin="5s" end="9s"><p begin="1s" end="2s">a</p><p begin="3s" end="60s">b</p></div></body>',
      ),
    );
    expect(spans(parsed)).toEqual([
      [16_000, 17_000, 'a'],
      [18_000, 19_000, 'b'],
    ]);
  });

  it('reads spans with times in a paragraph without', () => {
    const parsed = read(
      '<p>\n <span begin="1s" end="2s">a</span>\n <span begin="2s" end="3s">b <i>c</i></span></p>',
    );
    expect(spans(parsed)).toEqual([
      [1_000, 2_000, 'a'],
      [2_000, 3_000, 'b c'],
    ]);
  });

  it('keeps spans without times in their paragraph', () => {
    expect(spans(read('<p begin="1s" end="2s">a <span>b <span>c</span></span> d</p>'))).toEqual([
      [1_000, 2_000, 'a b c d'],
    ]);
  });

  it('lets the children of a sequence follow each other', () => {
    const parsed = readTtml(
      document(
        '<body><div timeContainer="seq"><p dur="1s">a</p><p begin="1s" dur="2s">b</p><p dur="1s">c</p></div></body>',
      ),
    );
    expect(spans(parsed)).toEqual([
      [0, 1_000, 'a'],
      [2_000, 4_000, 'b'],
      [4_000, 5_000, 'c'],
    ]);
  });

  it('ends what has no end at the next begin', () => {
    expect(spans(read('<p begin="1s">a</p><p begin="4s">b</p>'))).toEqual([
      [1_000, 4_000, 'a'],
      [4_000, 4_000, 'b'],
    ]);
  });

  it('names speakers by their agents', () => {
    const head =
      '<metadata><ttm:agent xml:id="a1" type="person"><ttm:name type="full"> Ada\n Byron </ttm:name></ttm:agent><ttm:agent xml:id="a2" type="person"/></metadata>';
    const { segments } = read(
      '<p begin="1s" ttm:agent="a1">a</p><p begin="2s" ttm:agent="a1 a2">b</p><p begin="3s"><span>-</span><span ttm:agent="a2">c</span></p>',
      '',
      head,
    );
    expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Ada Byron', 'a'],
      ['Ada Byron, a2', 'b'],
      [null, '-'],
      ['a2', 'c'],
    ]);
  });

  it('takes newlines for spaces, unless they are to be preserved', () => {
    const text = '\n  one\n  two ';
    expect(read(`<p begin="0s">${text}</p>`).segments[0]?.text).toBe('one two');
    const preserved = read(`<p begin="0s" xml:space="preserve">${text}</p>`);
    expect(preserved.segments[0]?.text).toBe('one\ntwo');
    const inner = `<p begin="0s" xml:space="default">${text}</p>`;
    expect(read(inner, 'xml:space="preserve"').segments[0]?.text).toBe('one two');
  });

  it('leaves out what is no caption: titles, comments, metadata', () => {
    const { segments } = read(
      '<p begin="0s"><metadata><ttm:desc>no</ttm:desc></metadata>yes<!-- no --></p>',
      '',
      '<metadata><ttm:title>no</ttm:title></metadata>',
    );
    expect(segments.map(({ text }) => text)).toEqual(['yes']);
  });

  it('reads elements with a prefix', () => {
    const text =
      '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:div><tt:p begin="1s" end="2s">a<tt:br/>b</tt:p></tt:div></tt:body></tt:tt>';
    expect(spans(readTtml(text))).toEqual([[1_000, 2_000, 'a\nb']]);
  });

  it.each([
    ['a time that is none', '\n<p begin="1:2">a</p>', 'attribute "begin", found "1:2"', 2],
    ['a time too late to be stored', '<p begin="600h">a</p>', 'found "600h"', 1],
    ['an end before the begin', '\n\n<p begin="2s" end="1s">a</p>', 'ends before it begins', 3],
    ['an entity of its own', '<p begin="1s">&nbsp;</p>', 'undefined entity', 1],
    ['a document without text', '<p begin="1s"/>', 'there is no text', 1],
  ])('refuses %s', (_, div, message, line) => {
    const location = locationOf(() => read(div));
    expect(location.message).toContain(message);
    expect(location.line).toBe(line);
  });

  it('refuses another document', () => {
    const location = locationOf(() => readTtml('\n<transcript/>'));
    expect(location.message).toContain('<tt>, found "transcript"');
  });
});
