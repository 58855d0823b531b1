import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Receipt } from '../../src/schemas/receipts.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { fileForm } from '../helpers/client.ts';

const { client } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();
const sample = await readFile(join(import.meta.dirname, '../../examples/interview.vtt'), 'utf8');

type Page<Row> = { data: Row[]; nextCursor: string | null };
type Imported = { transcript: Transcript; receipt: Receipt };
const importInto = async (actor: typeof ada, body: unknown) =>
  (await actor.request<Imported>('POST', '/v1/transcripts', body)).body.transcript;
const { transcript } = (
  await ada.request<Imported>('POST', '/v1/transcripts', { text: sample, title: 'Interview' })
).body;
const url = `/v1/transcripts/${transcript.id}`;

/** All rows of a list, page by page. */
async function all<Row>(path: string, limit = 100): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: string = cursor && `&cursor=${cursor}`;
    const { body } = await ada.request<Page<Row>>('GET', `${path}?limit=${limit}${next}`);
    rows.push(...body.data);
    cursor = body.nextCursor;
  }
  return rows;
}

test('a transcript is read as it was imported, without its text and owner', async () => {
  expect((await ada.request('GET', url)).body).toEqual(transcript);
  expect(Object.keys(transcript)).not.toContain('userId');
});

test('transcripts are listed, the newest first, page by page', async () => {
  const imported = [transcript.id];
  for (const text of ['One.', 'Two.', 'Three.']) {
    imported.unshift((await importInto(ada, { text: `${text} It is said.` })).id);
  }
  await importInto(bob, { text: 'Not Ada’s.' });
  for (const limit of [1, 3, 100]) {
    const rows = await all<Transcript>('/v1/transcripts', limit);
    expect(rows.map(({ id }) => id)).toEqual(imported);
  }
});

type Segment = { position: number; startMs: number; endMs: number; text: string };
type Chunk = Record<'chunkIndex' | 'startMs' | 'endMs' | 'firstSegment' | 'lastSegment', number> & {
  chunkText: string;
};

test('segments are listed in the order of time, with nothing lost', async () => {
  const segments = await all<Segment>(`${url}/segments`, 7);
  expect(segments).toHaveLength(sample.match(/ --> /g)?.length ?? 0);
  expect(segments.map(({ position }) => position)).toEqual(segments.keys().toArray());
  expect(segments[0]).toEqual({
    position: 0,
    startMs: 1_200,
    endMs: 5_601,
    speaker: 'Jonah Pike',
    text: "Welcome to Slow Machines. I'm Jonah Pike, and today I'm standing in a mill",
    words: null,
    confidence: null,
    recognition: null,
  });
});

test('chunks hold every segment once, in order, with exact times', async () => {
  const segments = await all<Segment>(`${url}/segments`);
  const chunks = await all<Chunk>(`${url}/chunks`, 3);
  expect(chunks.map(({ chunkIndex }) => chunkIndex)).toEqual(chunks.keys().toArray());
  let next = 0;
  for (const chunk of chunks) {
    expect(chunk.firstSegment).toBe(next);
    next = chunk.lastSegment + 1;
    const own = segments.slice(chunk.firstSegment, next);
    expect(chunk.startMs).toBe(own[0]?.startMs);
    expect(chunk.endMs).toBe(Math.max(...own.map(({ endMs }) => endMs)));
    for (const { text } of own) expect(chunk.chunkText).toContain(text);
  }
  expect(next).toBe(segments.length);
});

test('the one revision has the receipt of the import', async () => {
  const { body } = await ada.request<Page<{ id: string }>>('GET', `${url}/revisions`);
  expect(body).toMatchObject({
    data: [
      {
        id: transcript.currentRevisionId,
        number: 1,
        format: 'vtt',
        language: null,
        trackKind: 'unknown',
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        receipt: { format: 'vtt', speakers: ['Jonah Pike', 'Maren Tolliver'] },
      },
    ],
    nextCursor: null,
  });
});

const MEDIA_TYPES = {
  json: 'application/json',
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  txt: 'text/plain',
};

test.each(['json', 'srt', 'vtt'] as const)(
  'a %s export that is imported and exported again is the same, byte by byte',
  async (format) => {
    const file = await ada.request('GET', `${url}/export?format=${format}`);
    expect(file).toMatchObject({
      status: 200,
      headers: {
        'content-type': `${MEDIA_TYPES[format]}; charset=utf-8`,
        'content-disposition': `attachment; filename="${transcript.id}.${format}"`,
        'x-content-type-options': 'nosniff',
      },
    });
    const { user: _user, ...carol } = await client.register();
    const copy = await carol.request<Imported>(
      'POST',
      '/v1/transcripts',
      fileForm(file.text, `Interview.${format}`),
    );
    expect(copy.body.receipt).toMatchObject({ segments: 125, warnings: [] });
    const again = await carol.request(
      'GET',
      `/v1/transcripts/${copy.body.transcript.id}/export?format=${format}`,
    );
    expect(again.text).toBe(file.text);
  },
);

test('an export is JSON unless it is asked for as another format', async () => {
  const file = await ada.request<{ format: string; segments: [] }>('GET', `${url}/export`);
  expect(file.body).toMatchObject({ format: 'parley', version: 1 });
  const text = await ada.request('GET', `${url}/export?format=txt`);
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(text.text).toContain('Maren Tolliver');
  expect((await ada.request('GET', `${url}/export?format=docx`)).status).toBe(400);
});

test('captions cannot be made of what has no times', async () => {
  const { id } = await importInto(ada, { text: 'Nobody knows when this was said.' });
  for (const format of ['srt', 'vtt']) {
    const answer = await ada.request('GET', `/v1/transcripts/${id}/export?format=${format}`);
    expect(answer).toMatchObject({ status: 406, body: { code: 'not_acceptable' } });
  }
  const text = await ada.request('GET', `/v1/transcripts/${id}/export?format=txt`);
  expect(text.text).toContain('Nobody knows when this was said.');
});

test('what is known about a transcript can be changed, and taken back', async () => {
  const { id } = await importInto(ada, { text: 'To be changed.', title: 'Old' });
  const change = async (values: object) =>
    (await ada.request<Transcript>('PATCH', `/v1/transcripts/${id}`, values)).body;
  const metadata = { tags: ['a', { deep: [1, null] }] };
  expect(await change({ youtubeVideoId: 'https://youtu.be/abcdefghijk', metadata })).toMatchObject({
    title: 'Old',
    youtubeVideoId: 'abcdefghijk',
    metadata,
  });
  const back = await change({ title: null, youtubeVideoId: null, channelName: 'C', metadata: {} });
  expect(back).toMatchObject({
    title: null,
    youtubeVideoId: null,
    channelName: 'C',
    metadata: {},
  });
  expect((await ada.request('PATCH', `/v1/transcripts/${id}`, {})).status).toBe(400);
});

test('a transcript cannot take the video of another one', async () => {
  await importInto(ada, { text: 'The first of the video.', youtubeVideoId: 'taken_video' });
  const { id } = await importInto(ada, { text: 'The second of the video.' });
  const body = { youtubeVideoId: 'taken_video' };
  expect(await ada.request('PATCH', `/v1/transcripts/${id}`, body)).toMatchObject({
    status: 409,
    body: { code: 'video_already_imported' },
  });
});

test('what was deleted is gone at once: lists, search, and its content can come again', async () => {
  const text = 'The zeppelin landed behind the quarry.';
  const { id } = await importInto(ada, { text });
  const found = async () => {
    const { body } = await ada.request<{ data: { transcriptId: string }[] }>('POST', '/v1/search', {
      query: 'zeppelin quarry',
      limit: 100,
    });
    return body.data.map(({ transcriptId }) => transcriptId);
  };
  expect((await found())[0]).toBe(id);
  expect((await ada.request('DELETE', `/v1/transcripts/${id}`)).status).toBe(204);
  expect(await found()).not.toContain(id);
  for (const path of ['', '/segments', '/chunks', '/revisions', '/export']) {
    expect((await ada.request('GET', `/v1/transcripts/${id}${path}`)).status).toBe(404);
  }
  const scope = { transcriptIds: [id] };
  expect((await ada.request('POST', '/v1/search', { query: 'x', scope })).status).toBe(404);
  expect((await ada.request('DELETE', `/v1/transcripts/${id}`)).status).toBe(404);
  expect((await importInto(ada, { text })).id).not.toBe(id);
});

test('chapters are kept in the order of time, and can be changed', async () => {
  const chapters = [
    { startMs: 60_000, title: 'The wheel' },
    { startMs: 0, title: 'Hello' },
  ];
  const { id } = await importInto(ada, { text: 'Chapters are titles of times.', chapters });
  const path = `/v1/transcripts/${id}`;
  const { body } = await ada.request<Transcript>('GET', path);
  expect(body.chapters).toEqual(chapters.toReversed());
  const later = [{ startMs: 90_000, title: 'Goodbye' }, ...chapters];
  const patched = await ada.request<Transcript>('PATCH', path, { chapters: later });
  expect(patched.body.chapters.map(({ startMs }) => startMs)).toEqual([0, 60_000, 90_000]);
  const wrong = await ada.request('PATCH', path, { chapters: [{ startMs: -1, title: '' }] });
  expect(wrong.status).toBe(400);
});
