import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { MARK_START, MARK_STOP } from '../../src/repositories/headline.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser, importSample, importText } from '../helpers/factories.ts';
import { addTranscript } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { library } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const spoken = (lines: [string, string][]) =>
  `WEBVTT\n\n${lines
    .map(([speaker, text], i) => `00:00:0${i}.000 --> 00:00:0${i}.900\n<v ${speaker}>${text}\n`)
    .join('\n')}`;

describe('measuring a scope', () => {
  test('counts the transcripts and chunks in it', async () => {
    expect(await library.measure(user.id, {})).toEqual({ transcripts: 0, chunks: 0 });
    const one = await addTranscript(repositories, user.id, [
      { text: 'oak', startMs: 0 },
      { text: 'elm', startMs: 1_000 },
      { text: 'ash' },
    ]);
    const two = await addTranscript(repositories, user.id, ['oak']);
    await addTranscript(repositories, (await createUser(repositories)).id, ['oak']);
    const range = { transcriptId: one.id, startMs: 0, endMs: 999 };
    expect(await library.measure(user.id, {})).toEqual({ transcripts: 2, chunks: 4 });
    expect(await library.measure(user.id, { transcriptIds: [one.id, two.id] })).toEqual({
      transcripts: 2,
      chunks: 4,
    });
    expect(await library.measure(user.id, { transcriptIds: [one.id] })).toEqual({
      transcripts: 1,
      chunks: 3,
    });
    expect(await library.measure(user.id, { timeRanges: [range] })).toEqual({
      transcripts: 1,
      chunks: 1,
    });
    const nowhere = { timeRanges: [{ ...range, startMs: 600 }] };
    expect(await library.measure(user.id, nowhere)).toEqual({ transcripts: 0, chunks: 0 });
  });
});

describe('passages', () => {
  const passagesOf = async (transcriptId: string, terms: string[] = []) => {
    const { data } = await repositories.chunks.listByTranscript(user.id, transcriptId, {
      limit: 100,
    });
    const ids = data.map((chunk) => chunk.id);
    const passages = await library.getPassages(user.id, ids, terms);
    expect(passages.map((passage) => passage.chunkId).toSorted()).toEqual(ids.toSorted());
    return passages.toSorted((a, b) => a.chunkIndex - b.chunkIndex);
  };

  test('carry the chunk, its transcript and the current revision', async () => {
    const { transcript } = await importSample(db, user.id, { youtubeVideoId: 'dQw4w9WgXcQ' });
    const [passage] = await passagesOf(transcript.id);
    expect(passage).toMatchObject({
      transcriptId: transcript.id,
      chunkIndex: 0,
      startMs: 1_200,
      firstSegment: 0,
      searchConfig: 'english',
      title: 'Interview',
      youtubeVideoId: 'dQw4w9WgXcQ',
      duration: transcript.duration,
      revision: 1,
    });
    expect(passage?.headline).toBe(passage?.text);
  });

  test('name the speaker where only one speaks', async () => {
    const alone = await importText(
      db,
      user.id,
      spoken([
        ['Ann', 'One.'],
        ['Ann', 'Two.'],
      ]),
    );
    const both = await importText(
      db,
      user.id,
      spoken([
        ['Ann', 'One.'],
        ['Ben', 'Two.'],
      ]),
    );
    const nobody = await importText(db, user.id, 'Nobody says this.');
    const speakers = async (id: string) => (await passagesOf(id)).map((row) => row.speaker);
    expect(await speakers(alone.transcript.id)).toEqual(['Ann']);
    expect(await speakers(both.transcript.id)).toEqual([null]);
    expect(await speakers(nobody.transcript.id)).toEqual([null]);
  });

  test('mark the words that the terms stand for', async () => {
    const { transcript } = await importText(db, user.id, 'Two wheels & one <b>wheel</b> turned.');
    const mark = (word: string) => `${MARK_START}${word}${MARK_STOP}`;
    expect((await passagesOf(transcript.id, ['wheel', 'turn', 'mill']))[0]?.headline).toBe(
      `Two ${mark('wheels')} & one <b>${mark('wheel')}</b> ${mark('turned')}.`,
    );
    expect(
      (await passagesOf(transcript.id, [`o'one`, '\\', "'", 'a & b', ':*']))[0]?.headline,
    ).toBe('Two wheels & one <b>wheel</b> turned.');
  });

  test('are none for no ids, and for chunks that are gone', async () => {
    expect(await library.getPassages(user.id, [])).toEqual([]);
    const { transcript } = await importSample(db, user.id);
    const [passage] = await passagesOf(transcript.id);
    await repositories.transcripts.delete(user.id, transcript.id);
    expect(await library.getPassages(user.id, [passage?.chunkId ?? ''])).toEqual([]);
  });
});

test('neighbours come in order, as far as there are any', async () => {
  const one = await addTranscript(repositories, user.id, ['a', 'b', 'c', 'd']);
  const two = await addTranscript(repositories, user.id, ['x', 'y']);
  const texts = async (size: number, ...places: [string, number][]) => {
    const asked = places.map(([transcriptId, chunkIndex]) => ({ transcriptId, chunkIndex }));
    const rows = await library.listNeighbours(user.id, asked, size);
    return rows.map((row) => `${row.place}${row.text}`);
  };
  expect(await texts(1)).toEqual([]);
  expect(await texts(1, [one.id, 0])).toEqual(['0a', '0b']);
  expect(await texts(1, [one.id, 3], [two.id, 0], [one.id, 2])).toEqual([
    '0c',
    '0d',
    '1x',
    '1y',
    '2b',
    '2c',
    '2d',
  ]);
  expect(await texts(2, [one.id, 6])).toEqual([]);
});

test('recent chunks come from the newest transcript first, each from its beginning', async () => {
  const old = await addTranscript(repositories, user.id, ['a', 'b']);
  const recent = await addTranscript(repositories, user.id, ['c', 'd', 'e']);
  await addTranscript(repositories, (await createUser(repositories)).id, ['x']);
  const list = (scope = {}, except: string[] = [], limit = 10) =>
    library.listRecentChunkIds(user.id, scope, except, limit);
  expect(await list()).toEqual([...recent.chunkIds, ...old.chunkIds]);
  expect(await list({}, recent.chunkIds.slice(0, 2), 2)).toEqual([
    recent.chunkIds[2],
    old.chunkIds[0],
  ]);
  expect(await list({ transcriptIds: [old.id] })).toEqual(old.chunkIds);
});
