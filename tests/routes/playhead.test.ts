import { expect, test } from 'vitest';
import type { Conversation } from '../../src/schemas/conversations.ts';
import type { AskBody, Message } from '../../src/schemas/messages.ts';
import type { SearchBody, SearchResponse } from '../../src/schemas/search.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { importSample, importText } from '../helpers/factories.ts';

const { client, db } = await buildTestApp();
const ada = await client.register();
const interview = (await importSample(db, ada.user.id)).transcript.id;
const talk = (
  await importText(
    db,
    ada.user.id,
    [
      'WEBVTT',
      '00:00.000 --> 00:10.000\n<v Ida>The lighthouse was painted in spring. It took a week.',
      '00:10.000 --> 00:20.000\n<v Ida>The keeper moved into the old school.',
      '00:20.000 --> 00:30.000\n<v Odo>The lighthouse was sold in autumn.',
    ].join('\n\n'),
    { title: 'Talk', language: 'en' },
  )
).transcript.id;
const timeless = (await importText(db, ada.user.id, 'A wheel without any times.')).transcript.id;

const search = async (body: SearchBody) =>
  (await ada.request<SearchResponse>('POST', '/v1/search', body)).body;
async function start(body: object = {}): Promise<string> {
  const { body: conversation } = await ada.request<Conversation>('POST', '/v1/conversations', body);
  return `/v1/conversations/${conversation.id}/messages`;
}
const ask = async (body: AskBody, conversation = {}) =>
  (await ada.request<Message>('POST', await start(conversation), body)).body;
const at = (transcriptId: string, atMs: number, mode: 'nearby' | 'upToHere') => ({
  transcriptId,
  atMs,
  mode,
});

test('up to here a search finds a chunk as far as it has been said', async () => {
  const { data, coverage } = await search({
    query: 'lighthouse',
    playhead: at(talk, 25_000, 'upToHere'),
  });
  expect(data).toMatchObject([
    {
      transcriptId: talk,
      text: 'Ida: The lighthouse was painted in spring. It took a week. The keeper moved into the old school.',
      startMs: 0,
      endMs: 20_000,
      speaker: 'Ida',
      highlights: [{ start: 9, end: 19 }],
      scores: { lexical: { rank: 1 }, semantic: null },
    },
  ]);
  expect(coverage).toMatchObject({ transcriptsInScope: 1, transcriptsRead: 1, chunksRead: 1 });
  const before = await search({ query: 'lighthouse', playhead: at(talk, 9_999, 'upToHere') });
  expect(before).toMatchObject({ data: [], coverage: { transcriptsInScope: 0 } });
});

test('up to here an answer knows nothing that is said later', async () => {
  const content = 'What happened to the lighthouse in autumn?';
  const whole = await ask({ content, scope: { transcriptIds: [talk] } });
  expect(whole.content).toContain('sold in autumn');
  const { content: known, citations } = await ask({
    content,
    playhead: at(talk, 29_999, 'upToHere'),
  });
  expect(known).not.toContain('sold');
  for (const { endMs } of citations) expect(endMs).toBeLessThanOrEqual(29_999);
});

test.each([
  ['How often was the lighthouse mentioned?', /^“the lighthouse” was said once in/],
  ['Summarise this', /At 0:10, Ida says: “The keeper moved into the old school.” \[1\]$/],
  ['Who spoke the most?', /^Ida spoke most in the transcript in scope: 0:20 \(100 %\)/],
])('up to here “%s” is answered from what was said of the first chunk', async (content, answer) => {
  const message = await ask({ content, playhead: at(talk, 25_000, 'upToHere') });
  expect(message.content).toMatch(answer);
  expect(message.content).not.toContain('sold');
  expect(message.coverage).toMatchObject({ transcriptsInScope: 1, chunksRead: 1 });
  const early = await ask({ content, playhead: at(talk, 5_000, 'upToHere') });
  expect(early.coverage).toMatchObject({ transcriptsInScope: 0, chunksRead: 0 });
});

test('a scope of its own is searched beside the transcript of the playhead', async () => {
  const playhead = at(talk, 12_000, 'upToHere');
  const alone = await search({ query: 'mill', playhead, limit: 100 });
  expect(alone.coverage.transcriptsInScope).toBe(1);
  const { data } = await search({ query: 'mill', playhead, scope: {}, limit: 100 });
  expect(new Set(data.map((hit) => hit.transcriptId))).toEqual(
    new Set([interview, talk, timeless]),
  );
  // That of a conversation is one of its own as well.
  const { coverage } = await ask({ content: 'The mill?', playhead }, { scope: {} });
  expect(coverage?.transcriptsInScope).toBe(3);
});

test('what was just said is told whatever was asked before', async () => {
  const messages = await start();
  await ada.request('POST', messages, { content: 'Why did the wheel of the mill stall?' });
  const { body } = await ada.request<Message>('POST', messages, {
    content: 'What did she just say?',
    playhead: at(talk, 12_000, 'upToHere'),
  });
  expect(body.content).toContain('It took a week.');
});

test.each([
  ['upToHere', 20_000],
  ['nearby', 20_000],
] as const)('what was just said is told %s', async (mode, atMs) => {
  const { content, citations } = await ask({
    content: 'What did he just say?',
    playhead: at(talk, atMs, mode),
  });
  expect(content).toContain('The keeper moved into the old school.');
  expect(citations.map(({ startMs }) => startMs)).toContain(10_000);
});

test('what was just said is told far into a long recording', async () => {
  const { body } = await ada.request<{ data: { startMs: number; endMs: number }[] }>(
    'GET',
    `/v1/transcripts/${interview}/segments?limit=100`,
  );
  const { endMs = 0 } = body.data[90] ?? {};
  for (const mode of ['upToHere', 'nearby'] as const) {
    const { citations } = await ask({
      content: 'What did he just say?',
      playhead: at(interview, endMs, mode),
    });
    expect(citations.length).toBeGreaterThan(0);
    for (const { startMs } of citations) {
      expect(startMs).toBeLessThanOrEqual(endMs);
      expect(startMs).toBeGreaterThan(endMs - 30_000);
    }
  }
});

test('nearby, what is said around the moment is read first, and the rest after it', async () => {
  const url = await start();
  const playhead = at(interview, 120_000, 'nearby');
  const { text } = await ada.request(
    'POST',
    url,
    { content: 'Who dredged the channel in winter?', playhead },
    { accept: 'text/event-stream' },
  );
  const [, retrieval = '{}'] = /event: retrieval\ndata: (.*)/.exec(text) ?? [];
  const { passages } = JSON.parse(retrieval) as { passages: { startMs: number; endMs: number }[] };
  const distances = passages
    .slice(0, 4)
    .map(({ startMs, endMs }) => Math.max(0, startMs - 120_000, 120_000 - endMs));
  expect(distances[0]).toBe(0);
  expect(distances.every((distance) => distance < 60_000)).toBe(true);
  expect(text).toContain('The harbour company had dredged the channel that winter');
});

test('nearby, hits around the moment rise', async () => {
  const query = 'mill';
  const scope = { transcriptIds: [interview] };
  const plain = await search({ query, scope, limit: 100 });
  const far = plain.data.findLast((hit) => hit.scores.lexical);
  const moment = far?.startMs ?? 0;
  const near = await search({ query, playhead: at(interview, moment, 'nearby'), limit: 100 });
  const found = near.data.find((hit) => hit.chunkId === far?.chunkId);
  expect(found?.score).toBeCloseTo(2 * (far?.score ?? 0), 9);
  expect(near.data.map((hit) => hit.chunkId).toSorted()).toEqual(
    plain.data.map((hit) => hit.chunkId).toSorted(),
  );
  const scores = near.data.map((hit) => hit.score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

test.each([
  ['a transcript without times', () => ({ playhead: at(timeless, 0, 'nearby') })],
  [
    'a transcript that is not in the scope',
    () => ({ playhead: at(talk, 0, 'nearby'), scope: { transcriptIds: [interview] } }),
  ],
  [
    'a transcript of which nothing is in the scope',
    () => ({ playhead: at(talk, 0, 'nearby'), scope: { speakers: ['Jonah Pike'] } }),
  ],
])('a playhead in %s is refused', async (_, where) => {
  const refused = {
    status: 400,
    body: { code: 'validation_failed', errors: [{ path: '/playhead/transcriptId' }] },
  };
  expect(await ada.request('POST', '/v1/search', { query: 'x', ...where() })).toMatchObject(
    refused,
  );
  const url = await start();
  expect(await ada.request('POST', url, { content: 'x', ...where() })).toMatchObject(refused);
  expect(await ada.request('GET', url)).toMatchObject({ body: { data: [] } });
});

test('up to here no vector of a chunk that goes on is compared, in a large library either', async () => {
  // Above this many chunks hashed vectors only order what was found by words.
  await query(
    db,
    `insert into chunks (user_id, transcript_id, chunk_text, chunk_index, token_count,
      first_segment, last_segment, search_config)
    select user_id, id, 'filler', 100 + place, 1, 0, 0, 'english'
    from transcripts, generate_series(1, 10001) as place where id = '${timeless}'`,
  );
  const { data } = await search({
    query: 'lighthouse',
    scope: {},
    playhead: at(talk, 25_000, 'upToHere'),
    limit: 100,
  });
  const scores = data.find((hit) => hit.transcriptId === talk)?.scores;
  expect(scores).toMatchObject({ lexical: { score: expect.any(Number) }, semantic: null });
  expect(data.some((hit) => hit.scores.semantic)).toBe(true);
});

test('up to here a chunk that goes on comes first when it alone holds all of the words', async () => {
  const eve = await client.register();
  const cue = (text: string) => `WEBVTT\n\n00:00.000 --> 00:10.000\n${text}`;
  const add = async (text: string) =>
    (await importText(db, eve.user.id, text, { language: 'en' })).transcript.id;
  for (const word of ['oak', 'elm', 'ash', 'fir', 'yew', 'bay'])
    await add(cue(`The ${word} grows.`));
  await add(cue('The lighthouse, the lighthouse and the lighthouse.'));
  const id = await add(
    `${cue('The keeper of the lighthouse left.')}\n\n00:10.000 --> 00:20.000\nHe never came back.`,
  );
  const { body } = await eve.request<SearchResponse>('POST', '/v1/search', {
    ...{ query: 'lighthouse keeper', scope: {}, playhead: at(id, 15_000, 'upToHere') },
    mode: 'lexical',
  });
  expect(body.data[0]).toMatchObject({
    transcriptId: id,
    text: 'The keeper of the lighthouse left.',
  });
});
