import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { clockTick, onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createTranscript, createUser, importSample, importText } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { transcripts } = repositories;
const VIDEO = 'dQw4w9WgXcQ';

let user: User;
let other: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  other = await createUser(repositories);
});

test('a transcript begins as an import, and is read without its text', async () => {
  const transcript = await transcripts.create(user.id, { transcriptText: 'A long text' });
  expect(transcript).toMatchObject({ userId: user.id, title: null, status: 'importing' });
  expect(transcript).not.toHaveProperty('transcriptText');
  expect(await transcripts.getById(user.id, transcript.id)).toEqual(transcript);
  expect(await query(db, 'select transcript_text from transcripts')).toEqual([
    { transcript_text: 'A long text' },
  ]);
});

test('metadata is stored as it was given', async () => {
  const metadata = { tags: ['mill', 'tide'], nested: { number: 1.5, none: null } };
  const { id } = await createTranscript(repositories, user.id, { metadata });
  expect(await transcripts.getById(user.id, id)).toMatchObject({ metadata });
});

describe('a video', () => {
  test('is held once by a user, and by any number of users', async () => {
    const mine = await createTranscript(repositories, user.id, { youtubeVideoId: VIDEO });
    const theirs = await createTranscript(repositories, other.id, { youtubeVideoId: VIDEO });
    await expect(
      createTranscript(repositories, user.id, { youtubeVideoId: VIDEO }),
    ).rejects.toMatchObject({ code: 'video_already_imported' });
    expect(await transcripts.getByVideoId(user.id, VIDEO)).toEqual(mine);
    expect(await transcripts.getByVideoId(other.id, VIDEO)).toEqual(theirs);
    expect(await transcripts.getByVideoId(user.id, 'dqw4w9wgxcq')).toBeUndefined();
  });

  test('cannot be given to a second transcript later', async () => {
    await createTranscript(repositories, user.id, { youtubeVideoId: VIDEO });
    const { id } = await createTranscript(repositories, user.id);
    await expect(transcripts.update(user.id, id, { youtubeVideoId: VIDEO })).rejects.toMatchObject({
      code: 'video_already_imported',
    });
    expect(await transcripts.getById(user.id, id)).toMatchObject({ youtubeVideoId: null });
  });

  test('may be missing from any number of transcripts', async () => {
    await createTranscript(repositories, user.id);
    await createTranscript(repositories, user.id);
    expect((await transcripts.listByUser(user.id, { limit: 9 })).data).toHaveLength(2);
  });

  test('refuses to be imported again with other content, and leaves nothing behind', async () => {
    await importSample(db, user.id, { youtubeVideoId: VIDEO });
    const again = importText(db, user.id, 'Something else was said.', { youtubeVideoId: VIDEO });
    await expect(again).rejects.toMatchObject({ code: 'video_already_imported' });
    expect(await query(db, 'select id from transcripts')).toHaveLength(1);
    expect(await query(db, 'select id from transcript_revisions')).toHaveLength(1);
  });
});

test('getOwnedIds returns those of the ids that are the user’s', async () => {
  const mine = await createTranscript(repositories, user.id);
  const alsoMine = await createTranscript(repositories, user.id);
  const theirs = await createTranscript(repositories, other.id);
  await createTranscript(repositories, user.id);
  const owned = await transcripts.getOwnedIds(user.id, [mine.id, theirs.id, alsoMine.id]);
  expect(owned.toSorted()).toEqual([mine.id, alsoMine.id].toSorted());
  expect(await transcripts.getOwnedIds(user.id, [])).toEqual([]);
});

test('a list holds the transcripts of one user, the newest first', async () => {
  const first = await createTranscript(repositories, user.id);
  await clockTick();
  const second = await createTranscript(repositories, user.id);
  await createTranscript(repositories, other.id);
  await transcripts.update(user.id, first.id, { title: 'Renamed' });
  const { data, nextCursor } = await transcripts.listByUser(user.id, { limit: 10 });
  expect(data.map((row) => row.id)).toEqual([second.id, first.id]);
  expect(data[0]).toEqual(second);
  expect(nextCursor).toBeNull();
});

describe('updating a transcript', () => {
  test('changes what is given and leaves the rest', async () => {
    const before = await createTranscript(repositories, user.id, { language: 'de' });
    const after = await transcripts.update(user.id, before.id, { title: 'New', duration: 12 });
    expect(after).toMatchObject({ title: 'New', duration: 12, language: 'de' });
    expect(await transcripts.update(user.id, before.id, {})).toEqual(after);
  });

  test('that is not there returns undefined', async () => {
    const { id } = await createTranscript(repositories, user.id);
    await transcripts.delete(user.id, id);
    expect(await transcripts.update(user.id, id, { title: 'New' })).toBeUndefined();
    expect(await transcripts.update(user.id, id, {})).toBeUndefined();
  });
});

test('deleting takes along all that was made of it, and spares the other transcripts', async () => {
  const { transcript } = await importSample(db, user.id);
  const kept = await importText(db, user.id, 'The bakery takes two thirds of the flour.');
  expect(await transcripts.delete(user.id, transcript.id)).toBe(true);
  expect(await transcripts.delete(user.id, transcript.id)).toBe(false);
  const tables = ['transcript_revisions', 'chunks', 'corpus_stats'];
  for (const table of tables) {
    const left = await query(db, `select distinct transcript_id from ${table}`);
    expect(left).toEqual([{ transcript_id: kept.transcript.id }]);
  }
  const postings = await query(db, 'select transcript_key from postings');
  expect(await query(db, 'select term from terms order by 1')).toEqual(
    ['bakeri', 'flour', 'take', 'third', 'two'].map((term) => ({ term })),
  );
  expect(postings).toHaveLength(5);
  expect(await query(db, 'select text from segments')).toEqual([
    { text: 'The bakery takes two thirds of the flour.' },
  ]);
  expect(await query(db, 'select chunk_id from vector_embeddings')).toHaveLength(1);
});

describe('importing the same content again', () => {
  test('returns the transcript that is there', async () => {
    const first = await importSample(db, user.id);
    const second = await importSample(db, user.id, { title: 'Again' });
    expect(second).toEqual({ ...first, created: false });
    expect((await importSample(db, other.id)).created).toBe(true);
  });

  test.skipIf(!onPostgres)('eight times at once makes one transcript', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => importSample(db, user.id)));
    expect(results.filter((result) => result.created)).toHaveLength(1);
    expect(new Set(results.map((result) => result.transcript.id)).size).toBe(1);
    expect(await query(db, 'select id from transcripts')).toHaveLength(1);
  });
});
