import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, timedSegments } from './arbitraries.ts';
import { segment } from './factories.ts';
import { readJson } from './readers.ts';
import { locationOf } from './unreadable.ts';
import { exportHeader, writeJson } from './written.ts';

const transcript = {
  title: 'A talk',
  youtubeVideoId: 'dQw4w9WgXcQ',
  channelName: null,
  language: 'en',
  duration: 13,
  metadata: { tags: ['a', { deep: [1, null] }], 'ключ "1"': 'line\nline' },
  chapters: [
    { startMs: 0, title: 'Beginning' },
    { startMs: 500, title: 'End' },
  ],
};
const source = {
  kind: 'youtube',
  externalId: 'dQw4w9WgXcQ',
  title: 'A talk, as it was published',
  channel: 'Channel',
  url: 'https://youtu.be/dQw4w9WgXcQ',
  publishedAt: '2025-02-28T23:59:59.999Z',
  durationSeconds: 13,
} as const;
const revision = { number: 7, format: 'ttml', trackKind: 'asr' } as const;
const word = { text: 'Hello.', startMs: 0, endMs: 900, confidence: 0.5 };
const segments = [
  segment({
    words: [word, { ...word, speaker: 'Bob' }],
    confidence: 0.75,
    recognition: { avgLogprob: -0.5, noSpeechProb: 0.1 },
  }),
  segment({ speaker: 'Ada', recognition: { noSpeechProb: 0.1 } }),
];
const file = () => writeJson(transcript, segments, { source, revision });

describe('the JSON export', () => {
  it('says what it is, and holds everything', () => {
    const document = { format: 'parley', version: 2, transcript, source, revision, segments };
    expect(JSON.parse(file())).toEqual(document);
  });

  it('has a line for each segment', () => {
    const lines = file().split('\n');
    const first = lines.indexOf('  "segments": [') + 1;
    expect(lines.slice(first + segments.length)).toEqual(['  ]', '}', '']);
    for (const [index, expected] of segments.entries()) {
      expect(JSON.parse(lines[first + index]?.replace(/,$/, '') ?? '')).toEqual(expected);
    }
    expect(JSON.parse(writeJson(transcript, []))).toMatchObject({ segments: [] });
  });

  it('leaves out what does not belong to it', () => {
    const secret = { userId: 'secret' };
    const text = writeJson({ ...transcript, ...secret }, [{ ...segment(), ...secret }], {
      source: { ...source, ...secret },
      revision: { ...revision, ...secret },
      ...secret,
    });
    expect(text).not.toContain('secret');
  });

  it('does not depend on the order in which a database keeps members', () => {
    const reversed = <T extends object>(value: T) =>
      Object.fromEntries(Object.entries(value).toReversed()) as T;
    const shuffled = segments.map((one) =>
      reversed({
        ...one,
        words: one.words?.map(reversed) ?? null,
        recognition: reversed(one.recognition ?? {}),
      }),
    );
    const chapters = transcript.chapters.map(reversed);
    const header = { source: reversed(source), revision: reversed(revision) };
    expect(writeJson(reversed({ ...transcript, chapters }), shuffled, header)).toBe(file());
  });

  it('can be read again without a loss', () => {
    const { language, channelName: _channelName, ...details } = transcript;
    expect(readJson(file())).toMatchObject({
      format: 'segments',
      language,
      trackKind: 'asr',
      segments,
      warnings: [],
      provenance: revision,
    });
    expect(readJson(file()).details).toEqual({ ...details, source });
  });

  it('says that there is no title, so that the name of a file does not become one', () => {
    expect(readJson(writeJson({}, [segment()])).details).toEqual({
      title: null,
      metadata: {},
      chapters: [],
    });
  });

  it('keeps a language as a caller has given it', () => {
    expect(readJson(writeJson({ language: 'pt_br' }, [segment()])).language).toBe('pt_br');
  });

  it('is the same, byte by byte, when it is read and written again', () => {
    fc.assert(
      fc.property(
        timedSegments(anyText),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (...values) => {
          const [said, metadata] = values;
          // Numbers as the database keeps them, and text that it takes.
          fc.pre(!/\\u0000|\\ud[89a-f]/.test(JSON.stringify(metadata)));
          const text = writeJson({ ...transcript, metadata }, said, { source, revision });
          const { segments: read, details = {}, provenance, language } = readJson(text);
          const { source: from = null, ...known } = details;
          expect(
            writeJson({ ...known, language }, read, {
              source: from,
              ...(provenance ? { revision: provenance } : {}),
            }),
          ).toBe(text);
        },
      ),
    );
  });
});

describe('a JSON export that does not fit', () => {
  const refused = (text: string) => locationOf(() => readJson(text));

  it('is refused with a title and a channel that are longer than a transcript can have', () => {
    const long = { ...transcript, channelName: 'c'.repeat(256) };
    const title = { ...transcript, title: 't'.repeat(501) };
    for (const [document, member] of [
      [long, '/transcript/channelName'],
      [title, '/transcript/title'],
    ] as const) {
      expect(refused(writeJson(document, [segment()])).message).toContain(member);
    }
  });

  it('names the line and the member', () => {
    const text = writeJson(transcript, [segment(), segment()]).replace(
      /("endMs":1000,)(?![\s\S]*endMs)/,
      '"endMs":"x",',
    );
    const location = refused(text);
    expect(location.line).toBe(text.split('\n').findIndex((line) => line.includes('"x"')) + 1);
    expect(location.message).toContain('/segments/1/endMs');
  });

  it('names the line of a segment with a member that is not known', () => {
    const stray = { ...segment(), stray: 1 };
    const text = JSON.stringify({ ...JSON.parse(file()), segments: [segment(), stray] }, null, 1);
    const location = refused(text);
    expect(location.message).toContain('/segments/1/stray');
    const lines = text.split('\n');
    expect(location.line).toBe(lines.lastIndexOf('  {') + 1);
  });

  it('is refused for its header first, even where that stands below the segments', () => {
    const { version, ...document } = JSON.parse(file());
    const text = JSON.stringify({ ...document, segments: [{}], version: version + 1 });
    expect(refused(text).message).toContain('/version');
  });

  it.each([
    ['an object', {}],
    ['null', null],
    ['a text', '[]'],
  ])('is refused when its segments are %s', (_, instead) => {
    const text = JSON.stringify({ ...JSON.parse(file()), segments: instead });
    expect(refused(text).message).toContain('/segments must be array');
  });

  it('is refused when it has no segments, or a member that is not known', () => {
    const { segments: _segments, ...document } = JSON.parse(file());
    expect(refused(JSON.stringify(document)).message).toContain('segments');
    for (const name of ['more', '__proto__']) {
      const text = file().replace('"format"', `"${name}": {},\n  "format"`);
      expect(refused(text).message).toContain(`/${name} `);
    }
  });

  it('is refused with more segments than a transcript may have, and names the line', () => {
    const text = writeJson({}, Array(250_001).fill(segment({ words: null })));
    const location = refused(text);
    expect(location.message).toContain('more than 250000 segments');
    expect(location.line).toBe(text.split('\n').indexOf('  "segments": [') + 1 + 250_001);
  });

  it('counts the last list, where there are two', () => {
    const text = file().replace('"segments"', '"segments": [{}, 1],\n  "segments"');
    expect(readJson(text).segments).toEqual(segments);
  });

  it('names the line of a segment that ends before it starts', () => {
    const text = writeJson(transcript, [segment(), segment({ startMs: 5, endMs: 4 })]);
    const location = refused(text);
    expect(location.line).toBe(
      text.split('\n').findIndex((line) => line.includes('"endMs":4')) + 1,
    );
    expect(location.message).toContain('/segments/1/endMs');
  });

  it.each(['3', '"2"', 'null', '{}'])('is refused in version %s', (version) => {
    const text = writeJson(transcript, [segment()]).replace(
      '"version": 2',
      `"version": ${version}`,
    );
    expect(refused(text).message).toContain('/version');
  });

  it.each([
    ['/transcript/metadata/a', { metadata: { a: 'NUL \0' } }],
    ['/transcript/metadata', { metadata: { 'a\0': 1 } }],
    ['/transcript/metadata/a/0', { metadata: { a: ['\ud800'] } }],
    [
      '/transcript/metadata',
      {
        metadata: Object.fromEntries(
          Array(2_001)
            .keys()
            .map((n) => [n, n]),
        ),
      },
    ],
    ['/transcript/title', { title: '\0' }],
    ['/transcript/chapters/0/title', { chapters: [{ startMs: 1, title: '\0' }] }],
    ['/transcript/chapters/0/startMs', { chapters: [{ startMs: -1, title: 'x' }] }],
    ['/transcript/duration', { duration: 2 ** 31 }],
  ])('is refused for what cannot be stored: %s', (path, values) => {
    expect(refused(writeJson(values, [segment()])).message).toContain(path);
  });

  it.each([
    ['/source/externalId', { externalId: 'x'.repeat(21) }],
    ['/source/publishedAt', { publishedAt: '2025-02-30T00:00:00.000Z' }],
    ['/source/publishedAt', { publishedAt: '0000-02-01T00:00:00.000Z' }],
    ['/source/publishedAt', { publishedAt: 'yesterday' }],
    ['/source/durationSeconds', { durationSeconds: -1 }],
    ['/source/title', { title: 'a\0' }],
  ])('is refused for a source that cannot be: %s', (path, values) => {
    const text = writeJson({}, [segment()], { source: { ...source, ...values } });
    expect(refused(text).message).toContain(path);
  });

  it('is refused when its metadata is as deep as only an attacker’s is', () => {
    for (const [levels, fits] of [
      [30, true],
      [33, false],
      [100_000, false],
    ] as const) {
      const deep = `${'['.repeat(levels)}"x"${']'.repeat(levels)}`;
      const text = writeJson({ metadata: { a: 0 } }, [segment()]).replace('"a": 0', `"a": ${deep}`);
      if (fits) expect(readJson(text).segments).toHaveLength(1);
      else expect(refused(text).message).toContain('deep');
    }
  });
});

describe('a JSON export of version 1', () => {
  const { metadata: _metadata, chapters: _chapters, ...known } = transcript;
  const old = { format: 'parley', version: 1, transcript: { ...known, duration: 12.5 }, segments };

  it('is read', () => {
    const { title, youtubeVideoId } = transcript;
    expect(readJson(JSON.stringify(old, null, 2))).toMatchObject({
      format: 'segments',
      language: 'en',
      trackKind: 'unknown',
      segments,
      warnings: [],
      details: { title, youtubeVideoId },
    });
  });

  it('is refused with a text that cannot be stored, or with what only version 2 has', () => {
    const nul = { ...old, transcript: { ...old.transcript, title: 'a\0' } };
    expect(locationOf(() => readJson(JSON.stringify(nul))).message).toContain('/transcript/title');
    const newer = { ...old, ...exportHeader() };
    expect(locationOf(() => readJson(JSON.stringify(newer))).line).toBe(1);
  });
});
