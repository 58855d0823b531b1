import { expect, test } from 'vitest';
import type { Receipt } from '../../src/schemas/receipts.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { fileForm } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';

const { client, db } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();

type Imported = { transcript: Transcript; receipt: Receipt };
const send = (body: unknown, actor = ada) =>
  actor.request<Imported>('POST', '/v1/transcripts', body);
const segmentsOf = async ({ transcript }: Imported, actor = ada) =>
  (
    await actor.request<{
      data: { startMs: number; endMs: number; speaker: string; text: string }[];
    }>('GET', `/v1/transcripts/${transcript.id}/segments`)
  ).body.data.map(({ startMs, endMs, speaker, text }) => [startMs, endMs, speaker, text]);

/** The rows of every table that an import writes to. */
async function countRows(): Promise<Record<string, number>> {
  const tables = ['transcripts', 'transcript_revisions', 'segments', 'chunks', 'postings'];
  const counts = [...tables, 'terms', 'vector_embeddings', 'corpus_stats', 'media_sources'].map(
    (table) => `(select count(*)::integer from ${table}) as ${table}`,
  );
  const [row] = await query<Record<string, number>>(db, `select ${counts.join(', ')}`);
  return row ?? {};
}

const FILES = {
  srt: '1\n00:00:01,000 --> 00:00:02,500\nAda: The wheel turns.\n\n2\n00:00:03,000 --> 00:00:04,000\nBob: Slowly.\n\n3\n00:00:05,000 --> 00:00:06,000\nAda: Yes.\n\n4\n00:00:07,000 --> 00:00:08,000\nBob: No.\n',
  vtt: 'WEBVTT\n\n00:01.000 --> 00:02.500\n<v Ada>The wheel &amp; the gate.\n\n00:03.000 --> 00:04.000\n<v Bob>Both.\n',
  whisper: JSON.stringify({
    language: 'en',
    segments: [
      { start: 1, end: 2.5, text: ' The stone turns.', speaker: 'Ada' },
      { start: 3, end: 4, text: ' Fast.', speaker: 'Bob' },
    ],
  }),
  text: 'Ada: Nothing here has a time.\n\nBob: Then nothing is cited by one.\n',
};
const EXPECTED = {
  srt: [
    [1_000, 2_500, 'Ada', 'The wheel turns.'],
    [3_000, 4_000, 'Bob', 'Slowly.'],
    [5_000, 6_000, 'Ada', 'Yes.'],
    [7_000, 8_000, 'Bob', 'No.'],
  ],
  vtt: [
    [1_000, 2_500, 'Ada', 'The wheel & the gate.'],
    [3_000, 4_000, 'Bob', 'Both.'],
  ],
  whisper: [
    [1_000, 2_500, 'Ada', 'The stone turns.'],
    [3_000, 4_000, 'Bob', 'Fast.'],
  ],
};

test.each(['srt', 'vtt', 'whisper'] as const)(
  '%s is told from its content, as JSON and as an upload, and keeps times and speakers',
  async (format) => {
    const { status, body } = await send({ text: FILES[format], title: 'Mill' });
    expect(status).toBe(201);
    expect(body.receipt).toMatchObject({
      format,
      segments: EXPECTED[format].length,
      durationMs: format === 'srt' ? 8_000 : 4_000,
      speakers: ['Ada', 'Bob'],
      warnings: [],
    });
    expect(body.transcript).toMatchObject({
      title: 'Mill',
      status: 'ready',
      duration: format === 'srt' ? 8 : 4,
      language: format === 'whisper' ? 'en' : null,
      currentRevisionId: expect.any(String),
    });
    expect(await segmentsOf(body)).toEqual(EXPECTED[format]);

    const upload = await send(fileForm(FILES[format], `mill.${format}`), bob);
    expect(upload.status).toBe(201);
    expect(upload.body.receipt).toEqual(body.receipt);
    expect(await segmentsOf(upload.body, bob)).toEqual(EXPECTED[format]);
  },
);

test('plain text has no times', async () => {
  const { body } = await send({ text: FILES.text, format: 'text', language: 'en-GB' });
  expect(body.receipt).toMatchObject({ format: 'text', durationMs: null, words: 13 });
  expect(body.transcript).toMatchObject({ title: null, duration: null, language: 'en-GB' });
  const segments = await segmentsOf(body);
  expect(segments.map(([startMs]) => startMs)).not.toContainEqual(expect.any(Number));
  expect(segments.map(([, , , text]) => text).join(' ')).toContain('nothing is cited by one');
});

test('segments are taken as they are', async () => {
  const words = [{ text: 'Word', startMs: 10, endMs: 20, confidence: 0.5 }];
  const segments = [{ startMs: 0, endMs: 40, speaker: 'Ada', text: 'Word.', words }, { text: 'x' }];
  const timed = { startMs: 50, endMs: 60, text: 'Then.' };
  const { body } = await send({ segments: [segments[0], timed] });
  expect(body.receipt).toMatchObject({ format: 'segments', segments: 2, durationMs: 60 });
  const { body: page } = await ada.request<{ data: unknown[] }>(
    'GET',
    `/v1/transcripts/${body.transcript.id}/segments`,
  );
  expect(page.data).toEqual([
    { position: 0, confidence: null, recognition: null, ...segments[0] },
    { position: 1, confidence: null, recognition: null, speaker: null, words: null, ...timed },
  ]);
});

const ROLLING = `WEBVTT
Kind: captions
Language: en

00:00:01.000 --> 00:00:02.990 align:start position:0%
 
so<00:00:01.400><c> welcome</c><00:00:01.800><c> back</c>

00:00:02.990 --> 00:00:03.000 align:start position:0%
so welcome back
 

00:00:03.000 --> 00:00:04.990 align:start position:0%
so welcome back
to<00:00:03.400><c> the</c><00:00:03.800><c> mill</c>

00:00:04.990 --> 00:00:05.000 align:start position:0%
to the mill
 
`;

test('rolling captions are stored as they were spoken, and the receipt tells of the rest', async () => {
  const { status, body } = await send({ text: ROLLING });
  expect(status).toBe(201);
  expect(body.receipt).toMatchObject({
    format: 'vtt',
    trackKind: 'asr',
    cuesRead: 4,
    wordsRead: 15,
    segments: 2,
    words: 6,
    merged: 1,
    dropped: 2,
    overlapping: 0,
    outOfOrder: 0,
    lowConfidence: 0,
    durationMs: 4_990,
    warnings: [
      { code: 'rolling_repeat_cut', count: 1, line: 13 },
      { code: 'rolling_cue_dropped', count: 2, line: 9 },
    ],
  });
  expect(await segmentsOf(body)).toEqual([
    [1_000, 2_990, null, 'so welcome back'],
    [3_000, 4_990, null, 'to the mill'],
  ]);
  const path = `/v1/transcripts/${body.transcript.id}`;
  const segments = await ada.request<{ data: unknown[] }>('GET', `${path}/segments`);
  expect(segments.body.data[1]).toMatchObject({
    words: [
      { text: 'to', startMs: 3_000, endMs: 3_400 },
      { text: 'the', startMs: 3_400, endMs: 3_800 },
      { text: 'mill', startMs: 3_800, endMs: 4_990 },
    ],
  });
  const revisions = await ada.request<{ data: unknown[] }>('GET', `${path}/revisions`);
  expect(revisions.body.data).toMatchObject([{ trackKind: 'asr', receipt: body.receipt }]);
});

test('what the caller says of a track goes before what it looks like', async () => {
  const { body } = await send(fileForm(ROLLING, 'mill.vtt', { trackKind: 'manual' }));
  expect(body.receipt).toMatchObject({ trackKind: 'manual', segments: 4, words: 15, dropped: 0 });
  const segments = [{ startMs: 0, endMs: 40, text: 'Heard by a machine.' }];
  const heard = await send({ segments, trackKind: 'asr' });
  expect(heard.body.receipt).toMatchObject({ trackKind: 'asr', format: 'segments', segments: 1 });
  expect(await send({ text: 'Said.', trackKind: 'guessed' })).toMatchObject({ status: 400 });
});

test('a form takes the details, and the name of its file as the title', async () => {
  const metadata = { guest: 'Bob', episode: 3 };
  const fields = { language: 'de', channelName: 'Mills', metadata: JSON.stringify(metadata) };
  const { body } = await send(fileForm(`${FILES.srt}\n`, 'Räder.final.srt', fields), bob);
  const again = await send(fileForm('One more thing.', 'x.txt', { ...fields, title: 'Own' }), bob);
  // The same content was there already, with the title that it has.
  expect(body.transcript.title).toBe('mill');
  expect(again.body.transcript).toMatchObject({
    title: 'Own',
    language: 'de',
    channelName: 'Mills',
    metadata,
  });
  const named = await send(fileForm('Yet another thing.', 'Räder.final.txt'), bob);
  expect(named.body.transcript.title).toBe('Räder.final');
});

test('the same content again is the transcript that is there, whatever it is called', async () => {
  const text = '1\n00:00:01,000 --> 00:00:02,000\nOnly once.\n';
  const first = await send({ text, title: 'First' });
  const before = await countRows();
  const others = [
    { text, title: 'First' },
    { text, title: 'Second' },
    { text: `\uFEFF${text.replaceAll('\n', '\r\n')}` },
    { segments: [{ startMs: 1_000, endMs: 2_000, text: 'Only once.' }] },
    fileForm(Buffer.from(`\uFEFF${text}`, 'utf16le'), 'utf16.srt'),
  ];
  for (const other of others) {
    expect(await send(other)).toMatchObject({ status: 200, body: first.body });
  }
  expect(await countRows()).toEqual(before);
  const theirs = await send({ text }, bob);
  expect(theirs.status).toBe(201);
  expect(theirs.body.transcript.id).not.toBe(first.body.transcript.id);
});

test('the same content with the times of its words is kept as a better version', async () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,000\nSaid in time.\n';
  const { body: first } = await send({ text: srt });
  const words = [{ text: 'Said', startMs: 1_000, endMs: 1_200, confidence: null }];
  const timed = { startMs: 1_000, endMs: 2_000, text: 'Said in time.', words };
  const { status, body } = await send({ segments: [timed] });
  expect([status, body.transcript.id]).toEqual([200, first.transcript.id]);
  const read = async () =>
    (
      await ada.request<{ data: unknown[] }>(
        'GET',
        `/v1/transcripts/${first.transcript.id}/segments`,
      )
    ).body.data;
  expect(await read()).toMatchObject([{ words }]);
  await send({ text: srt });
  expect(await read()).toMatchObject([{ words }]);
});

test('the same content again fills in what was not known, and changes nothing else', async () => {
  const text = 'One thing was said. Nobody knows where.';
  await send({ text, title: 'A talk', metadata: {} });
  const chapters = [{ startMs: 0, title: 'All of it' }];
  const { status, body } = await send({
    text,
    title: 'Another title',
    chapters,
    metadata: { room: 5 },
  });
  expect(status).toBe(200);
  expect(body.transcript).toMatchObject({ title: 'A talk', chapters, metadata: { room: 5 } });
  const again = await send({ text, chapters: [], metadata: { room: 6 } });
  expect(again.body.transcript).toMatchObject({ chapters, metadata: { room: 5 } });
});

test('the same content at the same time becomes one transcript', async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      send({ text: 'Said by many at once.', title: `Title ${index}` }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
  expect(new Set(answers.map(({ body }) => body.transcript.id)).size).toBe(1);
});

test('a video is named by its id or a link, and has one transcript of a user', async () => {
  const links = [
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1',
    'youtu.be/dQw4w9WgXcQ?t=4',
    'https://m.youtube.com/shorts/dQw4w9WgXcQ',
  ];
  const text = 'What the video says.';
  for (const [index, youtubeVideoId] of links.entries()) {
    const { status, body } = await send({ text, youtubeVideoId });
    expect(status).toBe(index === 0 ? 201 : 200);
    expect(body.transcript.youtubeVideoId).toBe('dQw4w9WgXcQ');
  }
  const before = await countRows();
  expect(await send({ text: 'Other content.', youtubeVideoId: 'dQw4w9WgXcQ' })).toMatchObject({
    status: 409,
    body: { code: 'video_already_imported' },
  });
  expect(await countRows()).toEqual(before);
  expect((await send({ text, youtubeVideoId: 'dQw4w9WgXcQ' }, bob)).status).toBe(201);
  for (const youtubeVideoId of ['https://evil.example/watch?v=dQw4w9WgXcQ', 'short', '../../etc']) {
    expect(await send({ text: 'x', youtubeVideoId })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: '/youtubeVideoId' }] },
    });
  }
});

const BAD_FILES: [string, string | Uint8Array, number, RegExp][] = [
  ['an SRT with a broken time', FILES.srt.replace('00:00:03,000', '00:00:xx'), 6, /00:00:xx/],
  [
    'a VTT that ends before it starts',
    FILES.vtt.replace('00:04.000', '00:02.000'),
    6,
    /before|end/,
  ],
  ['cut JSON', '{"segments": [\n{"start": 1,', 2, /JSON/],
  ['JSON of something else', '{"items": []}', 1, /segments/],
  ['HTML', '<!doctype html>\n<p>Blocked</p>', 1, /expected/],
  ['a PDF', '%PDF-1.7\n', 1, /PDF/],
  ['Latin-1', Buffer.from('line one\nStra\xdfe', 'latin1'), 2, /UTF-8/],
  ['half of UTF-16', Buffer.from([0xff, 0xfe, 0x41]), 1, /UTF-16/],
  ['a NUL', 'one\ntwo\0', 2, /NUL/],
  ['nothing but white space', ' \n\n', 1, /./],
  ['an empty VTT', 'WEBVTT\n', 1, /./],
];
test.each(BAD_FILES)('%s is refused with its line, and nothing is stored', async (...row) => {
  const [, file, line, expectation] = row;
  const before = await countRows();
  const { status, body } = await ada.request<{ code: string; errors: [{ message: string }] }>(
    'POST',
    '/v1/transcripts',
    fileForm(file, 'bad.txt'),
  );
  expect(body).toMatchObject({ code: 'unreadable_transcript', errors: [{ line }] });
  expect(body.errors[0].message).toMatch(expectation);
  expect(status).toBe(422);
  expect(await countRows()).toEqual(before);
});

test.each([
  ['neither text nor segments', { title: 'x' }],
  ['both', { text: 'a', segments: [{ text: 'a' }] }],
  ['a format that is none', { text: 'a', format: 'docx' }],
  ['a form without a file', fileForm('', 'x')],
  ['a field that is none', fileForm('Some text.', 'x.txt', { titel: 'x' })],
  ['metadata that is no JSON', fileForm('Some text.', 'x.txt', { metadata: '{' })],
  ['metadata that is no object', fileForm('Some text.', 'x.txt', { metadata: '[]' })],
  ['a NUL in a field', fileForm('Some text.', 'x.txt', { title: 'a\0b' })],
])('%s is refused', async (_, body) => {
  const before = await countRows();
  expect([400, 422]).toContain((await send(body)).status);
  expect(await countRows()).toEqual(before);
});

test('a form that is cut off anywhere is refused, and nothing is stored', async () => {
  const form = new Response(fileForm('What was said.', 'x.txt', { title: 'Title' }));
  const headers = { 'content-type': form.headers.get('content-type') ?? '' };
  const bytes = Buffer.from(await form.arrayBuffer());
  const before = await countRows();
  for (let length = bytes.length - 6; length >= 0; length -= 40) {
    const cut = bytes.subarray(0, length);
    const { status } = await ada.request('POST', '/v1/transcripts', cut, headers);
    expect(status, `${length} of ${bytes.length} bytes`).toBe(400);
  }
  expect(await countRows()).toEqual(before);
});

test('a format that is given and does not fit is refused', async () => {
  for (const [format, text] of [
    ['vtt', FILES.srt],
    ['srt', FILES.text],
    ['whisper', FILES.vtt],
    ['segments', FILES.whisper],
  ]) {
    expect(await send({ format, text })).toMatchObject({
      status: 422,
      body: { code: 'unreadable_transcript', errors: [{ line: expect.any(Number) }] },
    });
  }
});
