import { describe, expect, it } from 'vitest';
import { segment } from './factories.ts';
import { readWebVtt } from './readers.ts';
import { locationOf } from './unreadable.ts';
import { writeWebVtt } from './written.ts';

const HEAD = 'WEBVTT\n\n00:01.000 --> 00:02.000\n';
const texts = (vtt: string) => readWebVtt(vtt).segments.map(({ text }) => text);
const turns = (vtt: string) =>
  readWebVtt(vtt).segments.map(({ speaker, text }) => [speaker, text] as const);

describe('reading WebVTT', () => {
  it('reads cues with and without hours, identifiers and settings', () => {
    const vtt =
      'WEBVTT - a talk\n\nintro\n00:01.000 --> 00:02.500 align:start position:0%\nHello\nthere\n\n' +
      '101:00:00.001 --> 101:00:00.002\nBye\n';
    expect(readWebVtt(vtt).segments).toEqual([
      segment({ startMs: 1_000, endMs: 2_500, text: 'Hello\nthere' }),
      segment({ startMs: 363_600_001, endMs: 363_600_002, text: 'Bye' }),
    ]);
  });

  it('takes the language of the header, and does not apply X-TIMESTAMP-MAP', () => {
    const map = 'X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000';
    const vtt = `WEBVTT\nKind: captions\nLanguage: pt-br\n${map}\n\n00:01.000 --> 00:02.000\nOi\n`;
    const { language, segments } = readWebVtt(vtt);
    expect(language).toBe('pt-BR');
    expect(segments).toEqual([segment({ startMs: 1_000, endMs: 2_000, text: 'Oi' })]);
  });

  it('skips NOTE, STYLE and REGION blocks', () => {
    const vtt =
      'WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\nNOTE\nto do:\n' +
      '00:00.000 --> 00:00.500\nnot this\n\nNOTE one line\n\n00:01.000 --> 00:02.000\nThis.\n';
    const { segments, warnings } = readWebVtt(vtt);
    expect(segments.map(({ text }) => text)).toEqual(['This.']);
    expect(warnings).toEqual([]);
  });

  it('takes STYLE and REGION in front of times as the identifiers they are', () => {
    expect(texts('WEBVTT\n\nSTYLE\n00:01.000 --> 00:02.000\nYes\n')).toEqual(['Yes']);
  });

  it('reads cues right below the header', () => {
    expect(texts('WEBVTT\n00:01.000 --> 00:02.000\nYes\n')).toEqual(['Yes']);
  });

  it('ends a cue only at a truly empty line', () => {
    expect(texts(`${HEAD}one\n \ntwo\n\n00:03.000 --> 00:04.000\nthree`)).toEqual([
      'one\ntwo',
      'three',
    ]);
  });

  it('begins the next cue at a line with an arrow, where the blank line is missing', () => {
    expect(texts(`${HEAD}one\n00:03.000 --> 00:04.000\ntwo`)).toEqual(['one', 'two']);
  });

  it('warns of text outside of any cue', () => {
    const { segments, warnings } = readWebVtt(`${HEAD}one\n\nlost\ntoo\n`);
    expect(segments.map(({ text }) => text)).toEqual(['one']);
    expect(warnings).toMatchObject([{ code: 'text_outside_cue', count: 1, line: 6 }]);
  });

  it('reads voices, also several in one cue, with classes and end tags', () => {
    const body = '<v Ada>Yes?</v>\n<v.loud Bob &amp; Co>No.\n<i>Never.</i></v> (door)';
    expect(turns(HEAD + body)).toEqual([
      ['Ada', 'Yes?'],
      ['Bob & Co', 'No.\nNever.'],
      [null, '(door)'],
    ]);
  });

  it('cuts a voice of more than 255 characters without halving an emoji', () => {
    const [found] = turns(`${HEAD}<v ${'a'.repeat(254)}😀>Hi`);
    expect(found).toEqual(['a'.repeat(254), 'Hi']);
  });

  it('decodes entities once, and leaves what is none', () => {
    expect(
      texts(`${HEAD}&lt;b&gt; &amp;lt; &#39;x&#x27; &quot;&nbsp;&bogus; &#0; &#xD800; AT&T`),
    ).toEqual([`<b> &lt; 'x' "\u00A0&bogus; &#0; &#xD800; AT&T`]);
  });

  it('never lets the times of words into the text', () => {
    const body = 'so<00:00:01.040><c> what</c><00:00:01,280><c.colorE5E5E5> now</c><1:00:02.000>';
    expect(texts(HEAD + body)).toEqual(['so what now']);
  });

  it('keeps the times of words, which end where the next begins', () => {
    const body = 'so<00:00:01.040><c> what</c><00:01.280><c.colorE5E5E5> &amp; now</c>';
    expect(readWebVtt(HEAD + body).segments).toEqual([
      segment({
        startMs: 1_000,
        endMs: 2_000,
        text: 'so what & now',
        words: [
          { text: 'so', startMs: 1_000, endMs: 1_040, confidence: null },
          { text: 'what', startMs: 1_040, endMs: 1_280, confidence: null },
          { text: '& now', startMs: 1_280, endMs: 2_000, confidence: null },
        ],
      }),
    ]);
  });

  it('shares the time of words among the lines it stands above, and ends a word at a bare time', () => {
    const body = '<00:01.200>one\n<00:01.400>two\nthree<00:01.600> <00:01.800>four';
    const [{ words = [] } = {}] = readWebVtt(HEAD + body).segments;
    expect(words?.map(({ text, startMs, endMs }) => [text, startMs, endMs])).toEqual([
      ['one', 1_200, 1_400],
      ['two', 1_400, 1_600],
      ['three', 1_400, 1_600],
      ['four', 1_800, 2_000],
    ]);
  });

  it('gives each voice the words that it says', () => {
    const body = '<v Ada>one<00:01.200> two <v Bob>three<00:01.500> four <v Cy>five';
    const { segments } = readWebVtt(HEAD + body);
    expect(segments.map(({ words }) => words?.map(({ text, endMs }) => [text, endMs]))).toEqual([
      [
        ['one', 1_200],
        ['two', 1_500],
      ],
      [
        ['three', 1_500],
        ['four', 2_000],
      ],
      undefined,
    ]);
  });

  it.each([
    ['outside of their cue', 'so<00:00.500> what'],
    ['behind its end', 'so<00:02.001> what'],
    ['running backwards', 'so<00:01.500> what<00:01.400> now'],
  ])('leaves out times %s, with a warning, and keeps the text', (_, body) => {
    const { segments, warnings } = readWebVtt(HEAD + body);
    expect(segments).toMatchObject([{ text: body.replace(/<[^>]*>/g, ''), words: null }]);
    expect(warnings).toMatchObject([{ code: 'word_times_ignored', count: 1, line: 3 }]);
  });

  it('leaves out the words of a cue when one is too long for a word', () => {
    const { segments, warnings } = readWebVtt(`${HEAD}so<00:01.500>${'a'.repeat(1_001)}`);
    expect(segments).toMatchObject([{ words: null }]);
    expect(warnings).toMatchObject([{ code: 'words_dropped', count: 1, line: 3 }]);
  });

  it('drops tags and keeps a bracket that opens none', () => {
    expect(texts(`${HEAD}<lang en><b.x>I</b></lang> <3 you, a < b`)).toEqual(['I <3 you, a < b']);
  });

  it('drops cues without text, with a warning', () => {
    const { segments, warnings } = readWebVtt(
      `${HEAD}\n00:03.000 --> 00:04.000\n&nbsp;\n\n${HEAD.slice(8)}x`,
    );
    expect(segments).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'empty_cue', count: 2, line: 3 }]);
  });

  it('sorts cues that are out of order, with a warning', () => {
    const { segments, warnings } = readWebVtt(`${HEAD}b\n\n00:00.000 --> 00:00.500\na\n`);
    expect(segments.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(warnings).toMatchObject([{ code: 'out_of_order', count: 1, line: 6 }]);
  });

  it.each([
    ['a missing header', '1\n00:01.000 --> 00:02.000\na', 1],
    ['times it cannot read', 'WEBVTT\n\n00:01.000 --> later\na', 3],
    ['minutes above 59', 'WEBVTT\n\nid\n60:00.000 --> 61:00.000\na', 4],
    ['a cue that ends before it starts', 'WEBVTT\n\n00:02.000 --> 00:01.000\na', 3],
    ['a file without cues', 'WEBVTT\n', 1],
  ])('names the line of %s', (_, vtt, line) => {
    expect(locationOf(() => readWebVtt(vtt))).toMatchObject({ path: 'text', line });
  });
});

describe('writing WebVTT', () => {
  it('writes voices and escapes markup', () => {
    const vtt = writeWebVtt([
      segment({ startMs: 3_723_004, endMs: 3_724_050, speaker: 'A & B', text: 'x --> <b>\n\ny' }),
    ]);
    expect(vtt).toBe(
      'WEBVTT - written by Parley\n\n01:02:03.004 --> 01:02:04.050\n<v A &amp; B>x --&gt; &lt;b&gt;\ny\n',
    );
  });

  it('refuses a transcript without times', () => {
    const write = () => writeWebVtt([segment({ startMs: null, endMs: null })]);
    expect(write).toThrow('cannot be written as WebVTT');
  });
});
