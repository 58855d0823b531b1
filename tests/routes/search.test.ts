import { expect, test } from 'vitest';
import type { SearchBody, SearchResponse } from '../../src/schemas/search.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importSample, importText } from '../helpers/factories.ts';

const { client, db } = await buildTestApp();
const ada = await client.register();
const interview = (await importSample(db, ada.user.id, { youtubeVideoId: 'hallowcreek' }))
  .transcript;
const meeting = (
  await importText(
    db,
    ada.user.id,
    [
      'WEBVTT',
      '00:01.000 --> 00:05.000\n<v Ida>The budget for the lighthouse was approved on Monday.',
      '00:06.000 --> 00:09.000\n<v Ida>The sluice gate of the mill is not part of it.',
    ].join('\n\n'),
    { title: 'Meeting', language: 'en' },
  )
).transcript;

const search = async (body: SearchBody) =>
  (await ada.request<SearchResponse>('POST', '/v1/search', body)).body;

test('what was said is found with its moment, its speaker and its words', async () => {
  const { data, coverage, tookMs } = await search({ query: 'Who dredged the channel in winter?' });
  expect(data[0]).toMatchObject({
    transcriptId: interview.id,
    title: 'Interview',
    scores: { lexical: { rank: 1 }, semantic: { rank: expect.any(Number) } },
  });
  expect(data[0]?.text).toContain('The harbour company had dredged the channel that winter');
  const start = Math.floor((data[0]?.startMs ?? 0) / 1_000);
  expect(data[0]?.url).toBe(`https://youtu.be/hallowcreek?t=${start}`);
  expect(coverage).toEqual({
    transcriptsInScope: 2,
    transcriptsRead: new Set(data.map((hit) => hit.transcriptId)).size,
    chunksRead: data.length,
    mode: 'lookup',
  });
  expect(tookMs).toBeGreaterThan(0);
  expect(data.map(({ score }) => score)).toEqual(
    data.map(({ score }) => score).toSorted((a, b) => b - a),
  );
});

test('the highlights are the words of the question, as they are in the text', async () => {
  const { data } = await search({ query: 'sluice gates', mode: 'lexical', limit: 100 });
  const marked = data.map(({ text, highlights }) =>
    highlights.map(({ start, end }) => text.slice(start, end).toLowerCase()),
  );
  expect(marked.flat().length).toBeGreaterThan(3);
  expect(new Set(marked.flat())).toEqual(new Set(['sluice', 'gates', 'gate']));
  for (const [index, { text }] of data.entries()) {
    const words = text.toLowerCase().match(/\b(sluices?|gates?)\b/g) ?? [];
    expect(marked[index]).toEqual(words);
  }
});

test('each mode ranks by its own leg, and the weights decide between them', async () => {
  const query = 'lighthouse budget';
  const lexical = await search({ query, mode: 'lexical' });
  const semantic = await search({ query, mode: 'semantic' });
  expect(lexical.data[0]?.scores).toMatchObject({ lexical: { rank: 1 }, semantic: null });
  expect(semantic.data[0]?.scores).toMatchObject({ semantic: { rank: 1 }, lexical: null });
  const order = ({ data }: SearchResponse) => data.map(({ chunkId }) => chunkId);
  const ranked = semantic.data.filter(({ scores }) => (scores.semantic?.similarity ?? 0) > 0);
  const onlySemantic = await search({ query, weights: { semantic: 1, lexical: 0 } });
  expect(order(onlySemantic).slice(0, 3)).toEqual(order({ ...semantic, data: ranked }).slice(0, 3));
  const onlyLexical = await search({ query, weights: { semantic: 0, lexical: 1 } });
  expect(order(onlyLexical)[0]).toBe(order(lexical)[0]);
});

test('there are always as many hits as asked for, or as there are', async () => {
  for (const query of ['mill', 'xylophone', 'the of and', '?!', '磨']) {
    const all = await search({ query, limit: 100 });
    expect(new Set(all.data.map(({ chunkId }) => chunkId)).size).toBe(all.data.length);
    expect(all.data.length).toBeGreaterThan(10);
    for (const mode of ['hybrid', 'lexical', 'semantic'] as const) {
      for (const limit of [1, 7, 100]) {
        const { data } = await search({ query, limit, mode });
        expect(data).toHaveLength(Math.min(limit, all.data.length));
      }
    }
  }
  expect((await search({ query: 'mill' })).data).toHaveLength(10);
});

test('a question of stop words alone is answered with the newest', async () => {
  const { data } = await search({ query: 'what was the', limit: 2 });
  expect(data[0]).toMatchObject({ transcriptId: meeting.id, score: 0, highlights: [] });
  expect(data[1]).toMatchObject({ transcriptId: interview.id, score: 0 });
});

test('a misspelt word finds what the right one finds', async () => {
  const right = await search({ query: 'lighthouse', mode: 'lexical', limit: 2 });
  const wrong = await search({ query: 'lihgthouse', mode: 'lexical', limit: 2 });
  expect(wrong.data).toEqual(right.data);
  expect(wrong.data[0]?.highlights).not.toEqual([]);
});

test('a scope of transcripts is all that is searched', async () => {
  const scope = { transcriptIds: [meeting.id] };
  const { data, coverage } = await search({ query: 'mill', scope, limit: 100 });
  expect(new Set(data.map(({ transcriptId }) => transcriptId))).toEqual(new Set([meeting.id]));
  expect(coverage).toMatchObject({ transcriptsInScope: 1, transcriptsRead: 1 });
});

test('a scope of time ranges holds the chunks that overlap with one of them', async () => {
  const timeRanges = [
    { transcriptId: interview.id, startMs: 60_000, endMs: 90_000 },
    { transcriptId: interview.id, startMs: 500_000, endMs: 2_147_483_647 },
  ];
  const all = (await search({ query: 'mill', limit: 100 })).data;
  const { data } = await search({ query: 'mill', scope: { timeRanges }, limit: 100 });
  const inRange = all.filter(
    ({ transcriptId, startMs, endMs }) =>
      transcriptId === interview.id &&
      timeRanges.some((range) => (startMs ?? 0) <= range.endMs && (endMs ?? 0) >= range.startMs),
  );
  const ids = (hits: typeof data) => hits.map(({ chunkId }) => chunkId).sort();
  expect(ids(data)).toEqual(ids(inRange));
  expect(data.length).toBeGreaterThan(2);
});

test('transcripts and time ranges narrow a scope together', async () => {
  const timeRanges = [{ transcriptId: interview.id, startMs: 0, endMs: 60_000 }];
  const scope = { transcriptIds: [meeting.id], timeRanges };
  const { data, coverage } = await search({ query: 'mill', scope });
  expect(data).toEqual([]);
  expect(coverage).toMatchObject({ transcriptsInScope: 0, transcriptsRead: 0, chunksRead: 0 });
});

test('the context of a hit is the chunks around it, in order', async () => {
  const plain = await search({ query: 'dredged the channel', limit: 3 });
  expect(plain.data[0]).not.toHaveProperty('context');
  const { data } = await search({ query: 'dredged the channel', limit: 3, context: 2 });
  const { body } = await ada.request<{ data: { id: string; chunkText: string }[] }>(
    'GET',
    `/v1/transcripts/${interview.id}/chunks?limit=100`,
  );
  for (const { transcriptId, chunkId, context } of data) {
    if (transcriptId !== interview.id) continue;
    const at = body.data.findIndex(({ id }) => id === chunkId);
    const texts = (from: number, to: number) =>
      body.data.slice(Math.max(0, from), Math.max(0, to)).map(({ chunkText }) => chunkText);
    expect(context?.before.map(({ text }) => text)).toEqual(texts(at - 2, at));
    expect(context?.after.map(({ text }) => text)).toEqual(texts(at + 1, at + 3));
  }
});

test('a deep link never leads past the end of the video', async () => {
  const { id } = (
    await importText(db, ada.user.id, 'WEBVTT\n\n00:10.500 --> 00:10.900\nThe quokka spoke.', {
      youtubeVideoId: 'quokka_0001',
    })
  ).transcript;
  const found = async () =>
    (await search({ query: 'quokka', limit: 1, scope: { transcriptIds: [id] } })).data[0];
  expect(await found()).toMatchObject({
    startMs: 10_500,
    url: 'https://youtu.be/quokka_0001?t=10',
  });
  await ada.request('PATCH', `/v1/transcripts/${id}`, { youtubeVideoId: null });
  expect((await found())?.url).toBeNull();
});

test('an empty library has no hits', async () => {
  const bob = await client.register();
  const { body } = await bob.request<SearchResponse>('POST', '/v1/search', { query: 'mill' });
  expect(body).toMatchObject({
    data: [],
    coverage: { transcriptsInScope: 0, transcriptsRead: 0, chunksRead: 0, mode: 'lookup' },
  });
});

const ID = '00000000-0000-4000-8000-000000000000';

test.each([
  [{ query: '' }, '/query'],
  [{ query: ' \n' }, '/query'],
  [{ query: 'long '.repeat(401) }, '/query'],
  [{ query: 'x', limit: 0 }, '/limit'],
  [{ query: 'x', limit: 101 }, '/limit'],
  [{ query: 'x', context: 6 }, '/context'],
  [{ query: 'x', weights: { semantic: 1 } }, '/weights/lexical'],
  [{ query: 'x', weights: { semantic: 2, lexical: 0 } }, '/weights/semantic'],
  [{ query: 'x', scope: { transcriptIds: [] } }, '/scope/transcriptIds'],
  [{ query: 'x', scope: { playlistIds: [] } }, '/scope/playlistIds'],
  [{ query: 'x', scope: { speakers: [] } }, '/scope/speakers'],
  [{ query: 'x', scope: { speakers: [''] } }, '/scope/speakers/0'],
  [{ query: 'x', scope: { speakers: Array(101).fill('Ada') } }, '/scope/speakers'],
  [{ query: 'x', scope: { publishedAfter: '2024-02-30T00:00:00Z' } }, '/scope/publishedAfter'],
  [{ query: 'x', scope: { publishedBefore: '0000-01-01T00:00:00Z' } }, '/scope/publishedBefore'],
  [{ query: 'x', scope: { metadata: [] } }, '/scope/metadata'],
  [{ query: 'x', scope: { metadata: { and: [] } } }, '/scope/metadata/and'],
  [
    { query: 'x', scope: { metadata: { or: [{ key: 'a', op: 'is', value: 1 }] } } },
    '/scope/metadata/or/0/op',
  ],
  [
    { query: 'x', scope: { metadata: { key: 'a', op: 'gt', value: null } } },
    '/scope/metadata/value',
  ],
  [{ query: 'x', playhead: { transcriptId: ID, atMs: -1, mode: 'nearby' } }, '/playhead/atMs'],
  [{ query: 'x', playhead: { transcriptId: ID, atMs: 1, mode: 'later' } }, '/playhead/mode'],
])('%#: %s is refused', async (body, path) => {
  expect(await ada.request('POST', '/v1/search', body)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed', errors: [{ path }] },
  });
});

test.each([
  "it's a mill",
  "' | !x & (y):*",
  '\\',
  "mill\\'",
  '<b>mill</b>',
  '\u0002mill\u0003',
  '%_',
  '🏭 mill',
])('the query %j is only words', async (query) => {
  const { data } = await search({ query, limit: 1 });
  expect(data).toHaveLength(1);
  for (const { start, end } of data[0]?.highlights ?? []) {
    expect(data[0]?.text.slice(start, end)).toMatch(/^mill(s|ing|er)?$/i);
  }
});
