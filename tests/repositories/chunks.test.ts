import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import type { NewChunk } from '../../src/repositories/chunks.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createTranscript, createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { chunks } = repositories;

let user: User;
let transcriptId: string;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  transcriptId = (await createTranscript(repositories, user.id)).id;
});

function chunk(chunkIndex: number, overrides: Partial<NewChunk> = {}): NewChunk {
  return {
    chunkIndex,
    chunkText: `The mill number ${chunkIndex}`,
    tokenCount: 5,
    startMs: chunkIndex * 1_000,
    endMs: chunkIndex * 1_000 + 500,
    firstSegment: chunkIndex,
    lastSegment: chunkIndex,
    ...overrides,
  };
}

const createMany = (values: NewChunk[], searchConfig = 'english') =>
  chunks.createMany(user.id, transcriptId, searchConfig, values);

describe('creating chunks', () => {
  test('returns their ids in the order of the values', async () => {
    const values = [chunk(2), chunk(0, { startMs: null, endMs: null }), chunk(1)];
    const ids = await createMany(values);
    const stored = await chunks.getByIds(user.id, ids);
    expect(stored).toMatchObject(values);
    expect(stored[0]).toMatchObject({ transcriptId, searchConfig: 'english', metadata: {} });
    expect(stored[0]).not.toHaveProperty('searchVector');
  });

  test('keeps any text as it is', async () => {
    const chunkText = 'Wörter, "quotes", \\ backslashes,\n🎉 and 潮汐磨坊';
    const ids = await createMany([chunk(0, { chunkText })], 'public.parley_simple');
    expect(await chunks.getByIds(user.id, ids)).toMatchObject([{ chunkText }]);
  });

  test('works for none and for more than fit in one statement', async () => {
    expect(await createMany([])).toEqual([]);
    const ids = await createMany(Array.from({ length: 2_003 }, (_, index) => chunk(index)));
    expect(new Set(ids).size).toBe(2_003);
    expect(await chunks.getByIds(user.id, ids.slice(-1))).toMatchObject([{ chunkIndex: 2_002 }]);
  });

  test('refuses an index that the transcript has, with the whole statement', async () => {
    await createMany([chunk(0)]);
    await expect(createMany([chunk(1), chunk(0)])).rejects.toMatchObject({
      code: 'chunk_index_taken',
    });
    await expect(createMany([chunk(5), chunk(5)])).rejects.toMatchObject({
      code: 'chunk_index_taken',
    });
    expect(await query(db, 'select chunk_index from chunks')).toEqual([{ chunk_index: 0 }]);
  });

  test('in a transcript that is gone is not_found', async () => {
    await repositories.transcripts.delete(user.id, transcriptId);
    await expect(createMany([chunk(0)])).rejects.toMatchObject({ code: 'not_found' });
  });

  test('passes other errors on', async () => {
    await expect(createMany([chunk(-1)])).rejects.toMatchObject({ cause: { code: '23514' } });
    await expect(createMany([chunk(0)], 'klingon')).rejects.toMatchObject({
      cause: { code: '42704' },
    });
  });
});

test('chunks come in the order of the ids asked for, without the unknown ones', async () => {
  const [a, b, c] = await createMany([chunk(0), chunk(1), chunk(2)]);
  const unknown = '00000000-0000-4000-8000-000000000000';
  const found = await chunks.getByIds(
    user.id,
    [c, unknown, a, b].filter((id) => id !== undefined),
  );
  expect(found.map((row) => row.chunkIndex)).toEqual([2, 0, 1]);
  expect(await chunks.getByIds(user.id, [])).toEqual([]);
});

test('a list is ordered by index', async () => {
  await createMany([chunk(7), chunk(1), chunk(3)]);
  const page = await chunks.listByTranscript(user.id, transcriptId, { limit: 10 });
  expect(page.data.map((row) => row.chunkIndex)).toEqual([1, 3, 7]);
  expect(page.nextCursor).toBeNull();
});

test('deleting those of a transcript counts them and spares the others', async () => {
  const { id: elsewhere } = await createTranscript(repositories, user.id);
  await createMany([chunk(0), chunk(1)]);
  await chunks.createMany(user.id, elsewhere, 'english', [chunk(0)]);
  expect(await chunks.deleteByTranscript(user.id, transcriptId)).toBe(2);
  expect(await chunks.deleteByTranscript(user.id, transcriptId)).toBe(0);
  const left = await query(db, 'select transcript_id from chunks');
  expect(left).toEqual([{ transcript_id: elsewhere }]);
});

test('a transcript has all of some chunks only as long as none of them is gone', async () => {
  const { id: elsewhere } = await createTranscript(repositories, user.id);
  const ids = await createMany([chunk(0), chunk(1), chunk(2)]);
  const foreign = await chunks.createMany(user.id, elsewhere, 'english', [chunk(0)]);
  expect(await chunks.hasAll(user.id, transcriptId, [])).toBe(true);
  expect(await chunks.hasAll(user.id, transcriptId, ids)).toBe(true);
  expect(await chunks.hasAll(user.id, transcriptId, [...ids, ...foreign])).toBe(false);
  expect(await chunks.deleteOthers(user.id, transcriptId, ids.slice(1))).toBe(1);
  expect(await chunks.hasAll(user.id, transcriptId, ids.slice(1))).toBe(true);
  expect(await chunks.hasAll(user.id, transcriptId, ids)).toBe(false);
});
