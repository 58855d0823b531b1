import { describe, expect, test } from 'vitest';
import { query } from '../helpers/database.ts';
import { ASR, MANUAL, type Page, type Revision, server, setUp, VIDEO } from './revising.ts';

describe('another version of a transcript', () => {
  test('becomes the one that is read and searched, and the old one stays', async () => {
    const mill = await setUp();
    const { status, body } = await mill.add({ text: MANUAL });
    expect(status).toBe(201);
    expect(body.revision).toMatchObject({
      number: 2,
      format: 'vtt',
      madeBy: 'import',
      baseNumber: null,
      receipt: { segments: 5, words: 22, speakers: ['Ada', 'Ben'] },
    });
    expect(body.transcript).toMatchObject({ id: mill.id, currentRevisionId: body.revision.id });
    expect((await mill.segments()).map(({ text }) => text)).toEqual([
      'Good morning.',
      'The mill wheel stalled',
      'in February,',
      'because the hunting cog had lost a tooth,',
      'and nobody noticed before the evening.',
    ]);
    expect((await mill.segments('&revision=1')).map(({ speaker }) => speaker)).toEqual([
      'SPEAKER_00',
      'SPEAKER_01',
      'SPEAKER_00',
    ]);
    const [hit] = await mill.search('cog');
    expect(hit?.text).toContain('hunting cog');
    expect((await mill.revisions()).map(({ number }) => number)).toEqual([1, 2]);
  });

  test('leaves nothing of the old one in the index', async () => {
    const mill = await setUp();
    await mill.add({ text: MANUAL });
    const terms = await query<{ term: string }>(
      server.db,
      `select term from terms join postings on term_id = terms.id
       join corpus_stats on key = transcript_key where transcript_id = '${mill.id}' order by 1`,
    );
    expect(terms.map(({ term }) => term)).toContain('cog');
    expect(terms.map(({ term }) => term)).not.toContain('cock');
    const [counts] = await query(
      server.db,
      `select count(*)::integer as chunks, count(e.chunk_id)::integer as vectors from chunks
       left join vector_embeddings e on e.chunk_id = chunks.id
       where transcript_id = '${mill.id}'`,
    );
    expect(counts).toEqual({ chunks: 1, vectors: 1 });
  });

  test('can be added without becoming the current one', async () => {
    const mill = await setUp();
    const { status, body } = await mill.add({ text: MANUAL, activate: false });
    expect(status).toBe(201);
    expect(body.transcript.currentRevisionId).not.toBe(body.revision.id);
    expect(await mill.segments()).toHaveLength(3);
    expect(await mill.segments('&revision=2')).toHaveLength(5);
    expect(await mill.search('cog')).not.toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('cog') }),
    );
    expect((await mill.activate(2)).body.transcript.currentRevisionId).toBe(body.revision.id);
    expect(await mill.segments()).toHaveLength(5);
  });

  test('that says the same as one that is there is that one', async () => {
    const mill = await setUp();
    await mill.add({ text: MANUAL });
    const { status, body } = await mill.add({ text: ASR });
    expect(status).toBe(200);
    expect(body.revision.number).toBe(1);
    expect(body.transcript.currentRevisionId).toBe(body.revision.id);
    expect(await mill.revisions()).toHaveLength(2);
  });

  test('with times for its words is more than the same text without', async () => {
    const mill = await setUp();
    const words = [{ text: 'The', startMs: 10_000, endMs: 10_100, confidence: null }];
    const segments = (await mill.segments()).map(({ position: _, ...segment }) => segment);
    const { status, body } = await mill.add({
      segments: segments.map((segment, index) => ({
        ...segment,
        words: index ? null : words,
      })),
    });
    expect([status, body.revision.number]).toEqual([201, 2]);
    expect((await mill.segments())[0]).toMatchObject({ words });
  });

  test('in another language is another version', async () => {
    const mill = await setUp();
    const { status, body } = await mill.add({ text: ASR, language: 'fr' });
    expect([status, body.revision.number]).toEqual([201, 2]);
    expect(body.transcript).toMatchObject({ language: 'fr' });
  });

  test('that ends later by mistake leaves no trace when the first one comes back', async () => {
    const mill = await setUp();
    const late = `${MANUAL}\n\n02:00:00.000 --> 02:00:01.000\nThe end`;
    expect((await mill.add({ text: late })).body.transcript.duration).toBe(7_201);
    expect((await mill.activate(1)).body.transcript.duration).toBe(22);
  });

  test('is refused with the line when it cannot be read, and nothing is stored', async () => {
    const mill = await setUp();
    const { status, body } = await mill.add({ text: 'WEBVTT\n\n00:09.000 --> 00:01.000\nx' });
    expect([status, body]).toMatchObject([422, { code: 'unreadable_transcript' }]);
    expect(await mill.revisions()).toHaveLength(1);
  });

  test('goes back to the first one, again and again', async () => {
    const mill = await setUp();
    const before = await mill.segments();
    await mill.add({ text: MANUAL });
    for (const number of [1, 2, 1, 1]) {
      const { status, body } = await mill.activate(number);
      expect([status, body.revision.number]).toEqual([200, number]);
    }
    expect(await mill.segments()).toEqual(before);
    expect((await mill.activate(3)).status).toBe(404);
  });

  test('is listed page by page with the speakers of the current one alone', async () => {
    const mill = await setUp();
    await mill.add({ text: MANUAL });
    const first = await mill.actor.request<Page<Revision>>('GET', `${mill.url}/revisions?limit=1`);
    expect(first.body.data.map(({ number }) => number)).toEqual([1]);
    const second = await mill.actor.request<Page<Revision>>(
      'GET',
      `${mill.url}/revisions?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(second.body).toMatchObject({ data: [{ number: 2 }], nextCursor: null });
    const speakers = await mill.actor.request('GET', `${mill.url}/speakers`);
    expect(speakers.body).toEqual({
      data: [
        { label: 'Ada', segmentCount: 4 },
        { label: 'Ben', segmentCount: 1 },
      ],
      nextCursor: null,
    });
  });

  test('ends a list of speakers that was begun before', async () => {
    const mill = await setUp();
    const speakers = (query: string) =>
      mill.actor.request<Page<{ label: string }>>('GET', `${mill.url}/speakers?limit=1${query}`);
    const { body: first } = await speakers('');
    expect(first.data).toMatchObject([{ label: 'SPEAKER_00' }]);
    const { body: second } = await speakers(`&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ label: 'SPEAKER_01' }], nextCursor: null });
    // Both labels of this one come before the cursor.
    await mill.add({ text: MANUAL });
    const { status, body } = await speakers(`&cursor=${first.nextCursor}`);
    expect([status, body]).toMatchObject([400, { code: 'invalid_cursor' }]);
    await mill.activate(1);
    expect((await speakers(`&cursor=${first.nextCursor}`)).body).toEqual(second);
  });

  test('does not change a list of segments that was begun before', async () => {
    const mill = await setUp();
    const first = await mill.actor.request<Page<{ text: string }>>(
      'GET',
      `${mill.url}/segments?limit=1`,
    );
    await mill.add({ text: MANUAL });
    const rest = await mill.segments(`&cursor=${first.body.nextCursor}`);
    expect(rest.map(({ text }) => text)).toEqual([
      'because the hunting cock had lost a tooth',
      'and nobody noticed before the evening',
    ]);
  });
});

describe('the difference of two versions', () => {
  test('lists the segments that changed, page by page', async () => {
    const mill = await setUp();
    await mill.add({ text: MANUAL });
    const diff = `${mill.url}/revisions/2/diff`;
    const { body } = await mill.actor.request<Page<{ kind: string }>>('GET', diff);
    expect(body.data).toMatchObject([
      { kind: 'added', before: null, after: { position: 0, text: 'Good morning.' } },
      { kind: 'changed', before: { position: 0 }, after: { text: 'The mill wheel stalled' } },
      { kind: 'added', after: { text: 'in February,' } },
      { kind: 'changed', before: { text: 'because the hunting cock had lost a tooth' } },
      { kind: 'changed', before: { position: 2 }, after: { position: 4 } },
    ]);
    const pages: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const next: string = cursor && `&cursor=${cursor}`;
      const page = await mill.actor.request<Page<unknown>>('GET', `${diff}?limit=2${next}`);
      pages.push(...page.body.data);
      cursor = page.body.nextCursor;
    }
    expect(pages).toEqual(body.data);
  });

  test('has the times of words of what changed', async () => {
    const mill = await setUp();
    const words = [{ text: 'Ada', startMs: 0, endMs: 500, confidence: 0.5 }];
    const one = { startMs: 0, endMs: 1_000, speaker: null, text: 'Ada', words, confidence: null };
    const two = { ...one, startMs: 2_000, endMs: 3_000, text: 'Ben', words: null };
    const other = { ...one, text: 'Eda', words: [{ ...words[0], text: 'Eda' }] };
    await mill.add({ segments: [one, two] });
    await mill.add({ segments: [other, two] });
    const { body } = await mill.actor.request('GET', `${mill.url}/revisions/3/diff`);
    expect(body).toMatchObject({
      data: [{ kind: 'changed', before: { words }, after: { words: other.words } }],
      nextCursor: null,
    });
  });

  test('goes the other way round, and is empty between a version and itself', async () => {
    const mill = await setUp();
    await mill.add({ text: MANUAL });
    const diff = (query: string) =>
      mill.actor.request<Page<{ kind: string }>>('GET', `${mill.url}/revisions/${query}`);
    const back = await diff('1/diff?against=2');
    expect(back.body.data.map(({ kind }) => kind)).toEqual([
      'removed',
      'changed',
      'removed',
      'changed',
      'changed',
    ]);
    expect((await diff('2/diff?against=2')).body.data).toEqual([]);
    expect((await diff('1/diff')).body.data).toEqual([]);
    expect((await diff('2/diff?against=3')).status).toBe(404);
  });
});

describe('what an old answer cites', () => {
  test('is anchored where the same was said at the same moment, also when it was corrected', async () => {
    const mill = await setUp();
    const { citations } = await mill.ask('What had the hunting cock lost?');
    expect(citations[0]).toMatchObject({ revision: 1, segments: [1, 1], startMs: 14_000 });
    await mill.add({ text: MANUAL });
    const [citation] = await mill.citations();
    expect(citation).toEqual({
      ...citations[0],
      anchor: { status: 'anchored', revision: 2, segments: [3, 3], startMs: 14_000, endMs: 18_000 },
    });
    expect(citation?.url).toBe(`https://youtu.be/${VIDEO}?t=14`);
  });

  test('has moved, with its link, where the words are said at another second', async () => {
    const mill = await setUp();
    await mill.ask('What had the hunting cock lost?');
    await mill.add({ text: ASR.replaceAll('00:00:1', '00:05:1').replaceAll('00:00:2', '00:05:2') });
    const [citation] = await mill.citations();
    expect(citation).toMatchObject({
      revision: 1,
      startMs: 14_000,
      anchor: { status: 'moved', revision: 2, segments: [1, 1], startMs: 314_000, endMs: 318_000 },
      url: `https://youtu.be/${VIDEO}?t=314`,
    });
  });

  test('is lost where the words are gone, and its link opens the second that was cited', async () => {
    const mill = await setUp();
    await mill.ask('What had the hunting cock lost?');
    await mill.add({ text: ASR.replace('because the hunting cock had lost a tooth', 'inaudible') });
    const [citation] = await mill.citations();
    expect(citation).toMatchObject({
      quote: 'because the hunting cock had lost a tooth',
      anchor: { status: 'lost', revision: 2, segments: null, startMs: null, endMs: null },
      url: `https://youtu.be/${VIDEO}?t=14`,
    });
  });

  test('keeps its second where the new version has no times at all', async () => {
    const mill = await setUp();
    await mill.ask('What had the hunting cock lost?');
    await mill.add({ text: 'They laughed.\n\nbecause the hunting cock had lost a tooth' });
    const [citation] = await mill.citations();
    expect(citation).toMatchObject({
      anchor: { revision: 2, segments: [1, 1], startMs: null },
      url: `https://youtu.be/${VIDEO}?t=14`,
    });
  });

  test('is lost when the transcript is deleted, and the answer stays', async () => {
    const mill = await setUp();
    await mill.ask('What had the hunting cock lost?');
    await mill.actor.request('DELETE', mill.url);
    const [citation] = await mill.citations();
    expect(citation).toMatchObject({
      transcriptId: null,
      quote: 'because the hunting cock had lost a tooth',
      anchor: { status: 'lost', segments: null },
      url: null,
    });
  });

  test('is as it was when the first version is activated again', async () => {
    const mill = await setUp();
    const { citations } = await mill.ask('What had the hunting cock lost?');
    await mill.add({ text: MANUAL });
    await mill.activate(1);
    expect(await mill.citations()).toEqual(citations);
  });

  test('of a new answer is of the current version', async () => {
    const mill = await setUp();
    await mill.add({ text: MANUAL });
    const { citations } = await mill.ask('What had the hunting cog lost?');
    expect(citations[0]).toMatchObject({
      revision: 2,
      anchor: { status: 'anchored', revision: 2, segments: [3, 3] },
    });
  });
});
