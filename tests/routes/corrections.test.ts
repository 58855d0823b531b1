import { describe, expect, test } from 'vitest';
import { query } from '../helpers/database.ts';
import { type Revised, server, setUp, VIDEO } from './revising.ts';

const renamed = (mill: Awaited<ReturnType<typeof setUp>>, body: unknown) =>
  mill.actor.request<Revised & { code: string }>('POST', `${mill.url}/speakers/rename`, body);
const merged = (mill: Awaited<ReturnType<typeof setUp>>, body: unknown) =>
  mill.actor.request<Revised & { code: string }>('POST', `${mill.url}/speakers/merge`, body);
const corrected = (mill: Awaited<ReturnType<typeof setUp>>, position: number, body: unknown) =>
  mill.actor.request<Revised & { code: string }>('PATCH', `${mill.url}/segments/${position}`, body);

describe('a speaker', () => {
  test('is renamed in the whole transcript, as a new revision', async () => {
    const mill = await setUp();
    const { status, body } = await renamed(mill, { from: 'SPEAKER_00', to: 'Ada' });
    expect(status).toBe(200);
    expect(body.revision).toMatchObject({
      number: 2,
      madeBy: 'edit',
      baseNumber: 1,
      receipt: { segments: 3, cuesRead: 3, speakers: ['Ada', 'SPEAKER_01'], dropped: 0 },
    });
    expect((await mill.segments()).map(({ speaker }) => speaker)).toEqual([
      'Ada',
      'SPEAKER_01',
      'Ada',
    ]);
    const [hit] = await mill.search('wheel');
    expect(hit?.text).toContain('Ada: The mill wheel');
    expect(await mill.search('SPEAKER_00')).not.toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('SPEAKER_00') }),
    );
  });

  test('keeps a label that somebody else has, and can be merged with them', async () => {
    const mill = await setUp();
    const taken = await renamed(mill, { from: 'SPEAKER_00', to: 'SPEAKER_01' });
    expect([taken.status, taken.body.code]).toEqual([409, 'speaker_label_taken']);
    const { body } = await merged(mill, { from: ['SPEAKER_01'], into: 'SPEAKER_00' });
    expect(body.revision.receipt.speakers).toEqual(['SPEAKER_00']);
    const speakers = await mill.actor.request('GET', `${mill.url}/speakers`);
    expect(speakers.body).toMatchObject({ data: [{ label: 'SPEAKER_00', segmentCount: 3 }] });
  });

  test('that nobody is cannot be renamed or merged, and nothing is stored', async () => {
    const mill = await setUp();
    for (const { status } of [
      await renamed(mill, { from: 'Ada', to: 'Ben' }),
      await merged(mill, { from: ['Ada'], into: 'SPEAKER_00' }),
      await merged(mill, { from: ['SPEAKER_00'], into: 'Ada' }),
    ]) {
      expect(status).toBe(404);
    }
    expect(await mill.revisions()).toHaveLength(1);
  });

  test('renamed to the same label makes no revision', async () => {
    const mill = await setUp();
    const { body } = await renamed(mill, { from: 'SPEAKER_00', to: 'SPEAKER_00' });
    expect(body.revision.number).toBe(1);
    expect(await mill.revisions()).toHaveLength(1);
  });
});

describe('a segment', () => {
  test('is corrected, and search, citations and links follow at once', async () => {
    const mill = await setUp();
    await mill.ask('What had the hunting cock lost?');
    const text = 'because the hunting cog had lost a tooth';
    const { status, body } = await corrected(mill, 1, { text, revision: 1 });
    expect([status, body.revision.number, body.revision.madeBy]).toEqual([200, 2, 'edit']);
    expect((await mill.segments())[1]).toMatchObject({ text, startMs: 14_000, endMs: 18_000 });
    expect((await mill.segments('&revision=1'))[1]?.text).toContain('cock');
    expect((await mill.search('cog'))[0]?.text).toContain('hunting cog');
    expect((await mill.citations())[0]).toMatchObject({
      quote: 'because the hunting cock had lost a tooth',
      anchor: { status: 'anchored', revision: 2, segments: [1, 1] },
      url: `https://youtu.be/${VIDEO}?t=14`,
    });
    expect((await mill.ask('What had the hunting cog lost?')).citations[0]).toMatchObject({
      quote: expect.stringContaining('cog'),
      revision: 2,
    });
  });

  test('gets another speaker, or none', async () => {
    const mill = await setUp();
    await corrected(mill, 2, { speaker: ' Carol ' });
    await corrected(mill, 0, { speaker: null });
    expect((await mill.segments()).map(({ speaker }) => speaker)).toEqual([
      null,
      'SPEAKER_01',
      'Carol',
    ]);
    expect((await mill.revisions()).map(({ baseNumber }) => baseNumber)).toEqual([null, 1, 2]);
  });

  test('is not corrected in a revision that the caller has not seen', async () => {
    const mill = await setUp();
    await corrected(mill, 0, { text: 'The wheel stalled.' });
    const late = await corrected(mill, 1, { text: 'Never.', revision: 1 });
    expect([late.status, late.body.code]).toEqual([409, 'revision_conflict']);
    expect(await mill.revisions()).toHaveLength(2);
  });

  test('that is not there, or a correction that says nothing, is refused', async () => {
    const mill = await setUp();
    expect((await corrected(mill, 3, { text: 'x' })).status).toBe(404);
    for (const body of [{}, { text: ' ' }, { text: '' }, { speaker: '' }, { words: [] }]) {
      expect((await corrected(mill, 0, body)).status, JSON.stringify(body)).toBe(400);
    }
    const same = await corrected(mill, 0, { text: 'The mill wheel stalled in February' });
    expect(same.body.revision.number).toBe(1);
    expect(await mill.revisions()).toHaveLength(1);
  });

  test('with line ends of another system comes back the same from every export', async () => {
    const mill = await setUp();
    await corrected(mill, 0, { text: 'One\r\ntwo\rthree ' });
    expect((await mill.segments())[0]?.text).toBe('One\ntwo\nthree');
  });

  test('with a word that is too long for a word keeps its text, and can be read', async () => {
    const words = [{ text: 'One', startMs: 0, endMs: 500, confidence: 1 }];
    const mill = await setUp();
    await mill.add({ segments: [{ startMs: 0, endMs: 900, text: 'One', words }] });
    const text = 'z'.repeat(1_001);
    expect((await corrected(mill, 0, { text })).status).toBe(200);
    expect(await mill.segments()).toMatchObject([{ text, words: null }]);
  });

  test('leaves the chunks alone that it is not in', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => {
      const clock = (ms: number) => new Date(ms).toISOString().slice(11, 23);
      return `${clock(index * 4_000)} --> ${clock(index * 4_000 + 3_500)}\n<v Ada>Line ${index} of ten plain words that fill a chunk up`;
    });
    const long = await setUp(`WEBVTT\n\n${lines.join('\n\n')}`);
    const chunks = () =>
      query<{ id: string; chunk_text: string }>(
        server.db,
        `select id, chunk_text from chunks where transcript_id = '${long.id}' order by chunk_index`,
      );
    const before = await chunks();
    expect(before.length).toBeGreaterThan(5);
    await corrected(long, 30, { text: 'Line 30 of ten plain words that fill a bucket up' });
    const after = await chunks();
    const changed = after.filter(({ id }) => !before.some((chunk) => chunk.id === id));
    expect(changed).toHaveLength(1);
    expect(changed[0]?.chunk_text).toContain('bucket');
    const other = after.filter((chunk) => !changed.includes(chunk));
    expect(before).toEqual(expect.arrayContaining(other));
  });
});
