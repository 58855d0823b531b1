import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Receipt } from '../../src/schemas/receipts.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { type Actor, fileForm } from '../helpers/client.ts';
import { createReceipt } from '../helpers/factories.ts';
import { anyText, text, timedSegments } from '../unit/transcripts/arbitraries.ts';

const { client, repositories } = await buildTestApp();
const ada = await client.register();
const sample = await readFile(join(import.meta.dirname, '../../examples/interview.vtt'), 'utf8');

type Imported = { transcript: Transcript; receipt: Receipt };
type Problem = { code: string; errors: { path: string }[] };
const importInto = async (actor: Pick<Actor, 'request'>, body: unknown) =>
  (await actor.request<Imported>('POST', '/v1/transcripts', body)).body;
const { transcript } = await importInto(ada, { text: sample, title: 'Interview' });
const exported = async (query = '', id = transcript.id, actor: Pick<Actor, 'request'> = ada) =>
  actor.request<Problem>('GET', `/v1/transcripts/${id}/export${query}`);

const MEDIA_TYPES = {
  json: 'application/json; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

test.each(Object.entries(MEDIA_TYPES))('as %s it is a file of type %s', async (format, type) => {
  const file = await exported(`?format=${format}`);
  expect(file).toMatchObject({
    status: 200,
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="Interview.${format}"; filename*=UTF-8''Interview.${format}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
  expect(file.text).toContain('Maren Tolliver');
});

test('a file has the name of the transcript as far as it is one, and else its id', async () => {
  const titles = [
    [
      '../../Räder & "Mühlen"\r\n',
      `filename="Rader & -Muhlen-.txt"; filename*=UTF-8''R%C3%A4der%20%26%20-M%C3%BChlen-.txt`,
    ],
    ['会議', `filename="$id.txt"; filename*=UTF-8''%E4%BC%9A%E8%AD%B0.txt`],
    ['．．／x', `filename="x.txt"; filename*=UTF-8''%EF%BC%8E%EF%BC%8E%EF%BC%8Fx.txt`],
    ['gpj.\u202eexe', `filename="gpj. exe.txt"; filename*=UTF-8''gpj.%20exe.txt`],
    [`100%'"(1)*`, `filename="100_'-(1)-.txt"; filename*=UTF-8''100%25%27-%281%29-.txt`],
    ['...', `filename="$id.txt"; filename*=UTF-8''$id.txt`],
  ];
  for (const [title = '', expected = ''] of titles) {
    const { id } = (await importInto(ada, { text: `About ${title}.`, title })).transcript;
    const { headers } = await exported('?format=txt', id);
    expect(headers['content-disposition']).toBe(`attachment; ${expected.replaceAll('$id', id)}`);
  }
});

test('a long title is cut between two characters', async () => {
  const title = '🎉'.repeat(200);
  const { id } = (await importInto(ada, { text: 'A party.', title })).transcript;
  const header = String((await exported('?format=txt', id)).headers['content-disposition']);
  const name = decodeURIComponent(header.split("UTF-8''")[1] ?? '');
  expect(name).toBe(`${'🎉'.repeat(50)}.txt`);
});

test.each(['json', 'srt', 'vtt'] as const)(
  'a %s export that is imported and exported again is the same, byte by byte',
  async (format) => {
    const file = await exported(`?format=${format}`);
    const { user: _user, ...carol } = await client.register();
    const copy = await importInto(carol, fileForm(file.text, `Another name.${format}`));
    expect(copy.receipt).toMatchObject({ segments: 125, warnings: [] });
    const again = await exported(`?format=${format}`, copy.transcript.id, carol);
    expect(again.text).toBe(file.text);
  },
);

test.each([
  ['json', anyText],
  ['srt', text],
  ['vtt', anyText],
])('whatever is said: as %s it comes back the same, byte by byte', async (format, texts) => {
  await fc.assert(
    fc.asyncProperty(timedSegments(texts), async (segments) => {
      const [first, second] = [await client.register(), await client.register()];
      const original = await importInto(first, { segments });
      const file = await exported(`?format=${format}`, original.transcript.id, first);
      const copy = await importInto(second, fileForm(file.text, `copy.${format}`));
      const again = await exported(`?format=${format}`, copy.transcript.id, second);
      expect(again.text).toBe(file.text);
    }),
    { numRuns: 12 },
  );
});

const everything = {
  format: 'parley',
  version: 2,
  transcript: {
    title: null,
    youtubeVideoId: 'abcdefghij0',
    channelName: 'Mills',
    language: 'pt_br',
    duration: 90,
    metadata: { z: [1.5, { deep: null }], aa: 'x', '1': true, e: 1e21 },
    chapters: [{ startMs: 0, title: 'One' }],
  },
  source: {
    kind: 'youtube',
    externalId: 'abcdefghij0',
    title: 'As published',
    channel: 'Mills & more',
    url: 'https://youtu.be/abcdefghij0',
    publishedAt: '2024-02-29T12:30:00.125Z',
    durationSeconds: 91,
  },
  revision: { number: 12, format: 'of tomorrow', trackKind: 'asr' },
  segments: [
    {
      startMs: 0,
      endMs: 60_000,
      speaker: 'Ada',
      text: 'All\nof it.',
      words: [
        { text: 'All', startMs: 0, endMs: 20, confidence: 0.1 },
        { text: 'of it.', startMs: 20, endMs: 60_000, confidence: null, speaker: 'Bob' },
      ],
      confidence: 0.7,
      recognition: { avgLogprob: -0.123456789, noSpeechProb: 0.5 },
    },
    {
      startMs: 60_000,
      endMs: 60_000,
      speaker: null,
      text: 'And\tthis.',
      words: null,
      confidence: null,
    },
  ],
};

test('JSON holds everything, and everything of it comes back', async () => {
  const first = await importInto(ada, fileForm(JSON.stringify(everything), 'everything.json'));
  expect(first.transcript).toMatchObject({ title: null, duration: 90, language: 'pt_br' });
  const file = await exported('', first.transcript.id);
  expect(file.body).toEqual(everything);
  const { user: _user, ...carol } = await client.register();
  const second = await importInto(carol, fileForm(file.text, 'copy.json'));
  expect((await exported('', second.transcript.id, carol)).text).toBe(file.text);
  // The same with what is left of it after it was deleted: its source.
  await ada.request('DELETE', `/v1/transcripts/${first.transcript.id}`);
  const third = await importInto(ada, fileForm(file.text, 'copy.json'));
  expect(third.transcript.id).not.toBe(first.transcript.id);
  expect((await exported('', third.transcript.id)).text).toBe(file.text);
});

test('a file that says too little of the duration has that of what was said', async () => {
  const { transcript: known } = everything;
  const short = { ...everything, transcript: { ...known, youtubeVideoId: null, duration: 1 } };
  const { user: _user, ...carol } = await client.register();
  const copy = await importInto(carol, fileForm(JSON.stringify(short), 'short.json'));
  expect(copy.transcript.duration).toBe(60);
});

test('an export is JSON unless it is asked for as another format', async () => {
  const { body } = await exported();
  expect(body).toMatchObject({
    format: 'parley',
    version: 2,
    revision: { number: 1, format: 'vtt', trackKind: 'unknown' },
    source: null,
  });
  expect((await exported('?format=docx')).status).toBe(400);
});

test('captions and parts cannot be made of what has no times', async () => {
  const said = 'Nobody knows when this was said.';
  const { id } = (await importInto(ada, { text: said })).transcript;
  for (const query of ['format=srt', 'format=vtt', 'fromMs=0', 'toMs=9', 'format=md&fromMs=1']) {
    const answer = await exported(`?${query}`, id);
    expect(answer).toMatchObject({ status: 406, body: { code: 'not_acceptable' } });
    expect(answer.headers).not.toHaveProperty('content-disposition');
  }
  for (const format of ['txt', 'md', 'csv', 'json']) {
    expect((await exported(`?format=${format}`, id)).text).toContain(said);
  }
});

test('a part holds what is said in it, at the times that it has', async () => {
  const whole = (await exported()).text
    .split('\n')
    .filter((line) => line.startsWith('    {"startMs"'));
  const all = whole.map((line) => JSON.parse(line.replace(/,$/, '')));
  const fromMs = all[10].endMs;
  const toMs = all[20].startMs;
  for (const [query, first, last] of [
    [`fromMs=${fromMs}&toMs=${toMs}`, 11, 19],
    [`fromMs=${fromMs - 1}&toMs=${toMs + 1}`, 10, 20],
    [`fromMs=${fromMs}`, 11, all.length - 1],
    [`toMs=${toMs}`, 0, 19],
  ] as const) {
    const part = JSON.parse((await exported(`?${query}`)).text);
    expect(part.segments).toEqual(all.slice(first, last + 1));
    const rows = (await exported(`?format=csv&${query}`)).text.split('\r\n').slice(1, -1);
    expect(rows).toHaveLength(last + 1 - first);
    expect(rows[0]).toMatch(new RegExp(`^${first},${all[first].startMs},`));
    const srt = (await exported(`?format=srt&${query}`)).text;
    expect(srt).toMatch(/^1\n/);
    expect(srt.match(/ --> /g)).toHaveLength(rows.length);
  }
  const nothing = await exported('?fromMs=2000000000&toMs=2000000001');
  expect(JSON.parse(nothing.text)).toMatchObject({ segments: [] });
});

test('a part ends after it begins', async () => {
  for (const query of ['fromMs=5&toMs=5', 'fromMs=6&toMs=5']) {
    expect(await exported(`?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: '/querystring/fromMs' }] },
    });
  }
});

test('options are those of the format', async () => {
  const accepted = [
    ...['srt&maxCharsPerLine=10', 'vtt&maxCharsPerLine=200', 'vtt&wordTimes=true'],
    ...['txt&times=false', 'txt&speakers=false&times=true'],
  ];
  for (const query of accepted) expect((await exported(`?format=${query}`)).status).toBe(200);
  for (const [query, path] of [
    ['json&maxCharsPerLine=42', 'maxCharsPerLine'],
    ['srt&wordTimes=false', 'wordTimes'],
    ['md&times=true', 'times'],
    ['csv&speakers=true', 'speakers'],
    ['srt&maxCharsPerLine=9', 'maxCharsPerLine'],
    ['srt&maxCharsPerLine=201', 'maxCharsPerLine'],
    ['vtt&wordTimes=perhaps', 'wordTimes'],
    ['json&revision=0', 'revision'],
    ['json&fromMs=-1', 'fromMs'],
    ['json&page=1', 'page'],
  ]) {
    expect(await exported(`?format=${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: `/querystring/${path}` }] },
    });
  }
});

test('text comes without times and speakers where they are not wanted', async () => {
  const [first = ''] = (await exported('?format=txt')).text.split('\n');
  expect(first).toMatch(/^\[00:00:01\] Jonah Pike: Welcome/);
  const [bare = ''] = (await exported('?format=txt&times=false&speakers=false')).text.split('\n');
  expect(bare).toBe(first.replace('[00:00:01] Jonah Pike: ', ''));
});

test('an older revision is exported as it was, and one that is not there is not found', async () => {
  const { transcript: corrected } = await importInto(ada, { text: 'Before.', title: 'Corrected' });
  const revision = await repositories.transcriptRevisions.create(ada.user.id, {
    transcriptId: corrected.id,
    number: 2,
    format: 'text',
    language: null,
    contentHash: 'corrected',
    receipt: createReceipt({ segments: 1 }),
  });
  const after = { startMs: null, endMs: null, speaker: null, words: null, confidence: null };
  await repositories.segments.createMany(ada.user.id, revision.id, [{ ...after, text: 'After.' }]);
  await repositories.transcripts.update(ada.user.id, corrected.id, {
    currentRevisionId: revision.id,
  });
  expect((await exported('?format=txt', corrected.id)).text).toBe('After.\n');
  expect((await exported('?format=txt&revision=2', corrected.id)).text).toBe('After.\n');
  expect((await exported('?format=txt&revision=1', corrected.id)).text).toBe('Before.\n');
  expect((await exported('?revision=2', corrected.id)).body).toMatchObject({
    revision: { number: 2, format: 'text', trackKind: 'unknown' },
  });
  expect(await exported('?revision=3', corrected.id)).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
});

test('WebVTT that looks as if it rolled comes back as it is: it was said like that', async () => {
  const actor = await client.register();
  const lines = [
    'on and on it goes',
    'on and on it goes the wheel',
    'on and on it goes the wheel of',
  ];
  const segments = lines.map((line, at) => ({
    startMs: at * 2_000,
    endMs: at * 2_000 + 2_000,
    speaker: null,
    text: line,
  }));
  const { transcript: written } = await importInto(actor, { segments, trackKind: 'manual' });
  const { text: first } = await exported('?format=vtt', written.id, actor);
  const other = await client.register();
  const { transcript: again, receipt } = await importInto(other, { text: first });
  expect(receipt).toMatchObject({ segments: 3, merged: 0, dropped: 0 });
  expect((await exported('?format=vtt', again.id, other)).text).toBe(first);
});

test('an earlier revision is exported in its own language', async () => {
  const actor = await client.register();
  const { transcript: german } = await importInto(actor, { text: 'Guten Tag.', language: 'de' });
  await actor.request('POST', `/v1/transcripts/${german.id}/revisions`, {
    text: 'Good day.',
    language: 'en',
  });
  const languageOf = async (query: string) =>
    JSON.parse((await exported(query, german.id, actor)).text).transcript.language;
  expect(await languageOf('')).toBe('en');
  expect(await languageOf('?revision=1')).toBe('de');
});
