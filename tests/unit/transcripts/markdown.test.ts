import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkdownWriter } from '../../../src/transcripts/writers/markdown.ts';
import { markdownLink, markdownText } from '../../../src/transcripts/writers/markdown-text.ts';
import { segment } from './factories.ts';
import { exportHeader, writeMarkdown, written } from './written.ts';

const source = {
  kind: 'youtube',
  externalId: null,
  title: null,
  channel: 'Published by',
  url: 'https://example.org/?a=1&copy=2',
  publishedAt: '2025-03-01T10:00:00.000Z',
  durationSeconds: null,
} as const;
const talk = [
  segment({ speaker: 'Ada', startMs: 1_000, endMs: 2_000, text: 'One\ntwo.' }),
  segment({ speaker: 'Ada', startMs: 2_000, endMs: 3_000, text: 'Three.' }),
  segment({ speaker: 'Bob', startMs: 754_900, endMs: 755_000, text: 'Four.' }),
  segment({ speaker: 'Bob', startMs: 900_000, endMs: 901_000, text: 'Five.' }),
];
const chapters = [
  { startMs: 0, title: 'Opening' },
  { startMs: 800_000, title: 'Second' },
  { startMs: 2_000_000, title: 'After the end' },
];

describe('Markdown', () => {
  it('has chapters, turns, and links to their moments', () => {
    const known = { title: 'A talk', channelName: 'Mills', youtubeVideoId: 'dQw4w9WgXcQ' };
    const at = (seconds: number) => `(https://youtu.be/dQw4w9WgXcQ?t=${seconds})`;
    expect(writeMarkdown(talk, { ...known, duration: 1_000, chapters }, { source })).toBe(
      [
        '# A talk',
        'Mills · 2025-03-01 · [https\\://youtu.be/dQw4w9WgXcQ](https://youtu.be/dQw4w9WgXcQ)',
        `## Opening [00:00:00]${at(0)}`,
        `**Ada** [00:00:01]${at(1)} One two. Three.`,
        `**Bob** [00:12:34]${at(754)} Four.`,
        `## Second [00:13:20]${at(800)}`,
        `**Bob** [00:15:00]${at(900)} Five.`,
        // Within the video, as every link is.
        `## After the end [00:33:20]${at(1_000)}\n`,
      ].join('\n\n'),
    );
  });

  it('shows times as text where there is no video, and none where there are none', () => {
    const [first = segment()] = talk;
    expect(writeMarkdown([first], { chapters: chapters.slice(0, 1) })).toBe(
      '# Transcript\n\n## Opening 00:00:00\n\n**Ada** 00:00:01 One two.\n',
    );
    const untimed = { startMs: null, endMs: null };
    expect(writeMarkdown([segment(untimed), segment(untimed)], { title: 'T', chapters })).toBe(
      '# T\n\nHello. Hello.\n',
    );
    expect(writeMarkdown([], {}, { source })).toBe(
      '# Transcript\n\nPublished by · 2025-03-01 · ' +
        '[https\\://example.org/?a=1&amp;copy=2](<https://example.org/?a=1&amp;copy=2>)\n',
    );
  });

  it('begins a paragraph now and then in a turn that goes on', () => {
    const long = segment({ text: 'x'.repeat(500) });
    const paragraphs = writeMarkdown([long, long, long, long, long]).split('\n\n').slice(1);
    expect(paragraphs.map((text) => text.match(/x{500}/g)?.length)).toEqual([2, 2, 1]);
  });

  it('has only those chapters of which something is in the part', () => {
    const part = (fromMs?: number, toMs?: number) =>
      written(createMarkdownWriter(exportHeader({ chapters }), { fromMs, toMs }), [
        segment({ startMs: 850_000, endMs: 851_000 }),
      ]).match(/(?<=^## )[A-Za-z ]+(?= )/gm);
    expect(part()).toEqual(['Opening', 'Second', 'After the end']);
    expect(part(810_000)).toEqual(['Second', 'After the end']);
    expect(part(810_000, 2_000_000)).toEqual(['Second']);
    expect(part(799_999, 800_000)).toEqual(['Opening']);
  });
});

/** What a reader of Markdown makes of escapes and entities. */
const shown = (markdown: string) =>
  markdown.replace(
    /\\([!-/:-@[-`{-~])|&(lt|gt|amp);/g,
    (_, sign, name) => sign ?? { lt: '<', gt: '>', amp: '&' }[String(name)],
  );

describe('text in Markdown', () => {
  const attack = fc.constantFrom(
    ...['<script>', '<!--', '<img src=x onerror=y>', '![a](http://x.example/a.png)', '[a](b)'],
    ...['[a]: b', '<https://a.example>', 'https://a.example', 'www.a.example', 'a@b.example'],
    ...['# a', '- a', '* a', '+ a', '1. a', '1) a', '> a', '---', '===', '```', '~~~', '    a'],
    ...['`a`', '**a**', '__a__', '~~a~~', '| a |\n|---|', '&lt;b&gt;', '&#60;', '\\', '\n\n', ' '],
    ...['\t', '$$a$$', '[^1]', '{#a}', ':::a', '\u2028', '😀', 'a', '\\<b>', '!', '[x]'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(attack, { maxLength: 6 }).map((parts) => parts.join('')),
  );

  it('shows what was said, on one line', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const markdown = markdownText(text);
        expect(markdown).not.toMatch(/[\r\n]/);
        expect(shown(markdown)).toBe(text.replace(/[\r\n\t\f\v\u2028\u2029]+/g, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing in it that means anything', () => {
    fc.assert(
      fc.property(texts, (text) => {
        // What is escaped is no markup: what is left must hold none.
        const rest = markdownText(text).replace(/\\[!-/:-@[-`{-~]|&(?:lt|gt|amp);/g, 'x');
        expect(rest).not.toMatch(/[<>&`*_[\]\\#|~{}$^@]|:\/\/|www\.|^(?:[-+=:]|\d{1,9}[.)])/i);
      }),
      { numRuns: 500 },
    );
  });

  it('links to the web alone, and to nothing that ends the link', () => {
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'no address', null]) {
      expect(markdownLink('text', address)).toBe('text');
    }
    expect(markdownLink('t', 'https://a.example/>) <b>\\[x](y)?a&lt;=<c>#\\>')).toBe(
      '[t](<https://a.example/%3E)%20%3Cb%3E/[x](y)?a&amp;lt;=%3Cc%3E#%5C%3E>)',
    );
  });
});
