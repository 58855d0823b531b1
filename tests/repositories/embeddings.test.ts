import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { addTranscript } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { embeddings, embeddingModels } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  for (const { id } of await query<{ id: number }>(db, 'select id from embedding_models')) {
    await embeddingModels.delete(id);
  }
  user = await createUser(repositories);
});

const indexes = () =>
  query<{ indexname: string; indexdef: string }>(
    db,
    `select indexname, indexdef from pg_indexes where indexname ~ '_model_[0-9]+_index$' order by 1`,
  );
const model = (name: string, dimensions = 3) => ({ provider: 'test', name, dimensions });

describe('activating a model', () => {
  test('adds it with a vector index of its dimensions', async () => {
    const active = await embeddingModels.activate(model('a', 3));
    expect(active).toMatchObject({ provider: 'test', name: 'a', dimensions: 3, isActive: true });
    const [index] = await indexes();
    expect(index?.indexdef).toContain('USING hnsw (((embedding)::halfvec(3)) halfvec_cosine_ops)');
    expect(index?.indexdef).toContain(`WHERE (model_id = ${active.id})`);
  });

  test('again changes nothing', async () => {
    const first = await embeddingModels.activate(model('a'));
    expect(await embeddingModels.activate(model('a'))).toEqual(first);
    expect(await indexes()).toHaveLength(1);
  });

  test('takes the place of the one before, which keeps its vectors', async () => {
    const first = await embeddingModels.activate(model('a', 3));
    const { chunkIds } = await addTranscript(repositories, user.id, ['oak']);
    await embeddings.createMany(user.id, first.id, [
      { chunkId: chunkIds[0] ?? '', vector: new Float32Array([1, 0, 0]) },
    ]);
    const second = await embeddingModels.activate(model('a', 4));
    expect(second.id).not.toBe(first.id);
    expect(await query(db, 'select id from embedding_models where is_active')).toEqual([
      { id: second.id },
    ]);
    expect(await query(db, 'select model_id from vector_embeddings')).toEqual([
      { model_id: first.id },
    ]);
    expect(await embeddingModels.activate(model('a', 3))).toMatchObject({ id: first.id });
  });
});

describe('storing vectors', () => {
  const read = () =>
    query(db, 'select chunk_id, embedding::text as vector from vector_embeddings order by 2');

  test('keeps them to half precision, one for each chunk and model', async () => {
    const { id } = await embeddingModels.activate(model('a'));
    const [one = '', two = ''] = (await addTranscript(repositories, user.id, ['oak', 'elm']))
      .chunkIds;
    await embeddings.createMany(user.id, id, [
      { chunkId: one, vector: new Float32Array([0.5, -0.25, 1]) },
      { chunkId: two, vector: new Float32Array([0, 0, 0.125]) },
    ]);
    expect(await read()).toEqual(
      [
        { chunk_id: one, vector: '[0.5,-0.25,1]' },
        { chunk_id: two, vector: '[0,0,0.125]' },
      ].toSorted((a, b) => (a.vector < b.vector ? -1 : 1)),
    );
    const again = embeddings.createMany(user.id, id, [
      { chunkId: one, vector: new Float32Array([1, 0, 0]) },
    ]);
    await expect(again).rejects.toMatchObject({ cause: { code: '23505' } });
  });

  test('works for none and for more than fit in one statement', async () => {
    const { id } = await embeddingModels.activate(model('a'));
    const texts = Array.from({ length: 503 }, (_, index) => `oak ${index}`);
    const { chunkIds } = await addTranscript(repositories, user.id, texts);
    const vector = new Float32Array([1, 0, 0]);
    await embeddings.createMany(user.id, id, []);
    await embeddings.createMany(
      user.id,
      id,
      chunkIds.map((chunkId) => ({ chunkId, vector })),
    );
    expect(await read()).toHaveLength(503);
  });

  test.each([
    ['a zero vector', [0, 0, 0]],
    ['a vector that is zero in half precision', [1e-9, 0, 0]],
    ['a vector with NaN', [Number.NaN, 0, 1]],
    ['a vector with infinity', [Number.POSITIVE_INFINITY, 0, 1]],
    ['a vector of another length', [1, 0]],
  ])('refuses %s', async (_, numbers) => {
    const { id } = await embeddingModels.activate(model('a'));
    const { chunkIds } = await addTranscript(repositories, user.id, ['oak']);
    await expect(
      embeddings.createMany(user.id, id, [
        { chunkId: chunkIds[0] ?? '', vector: new Float32Array(numbers) },
      ]),
    ).rejects.toThrow();
    expect(await read()).toEqual([]);
  });
});

test('deleting a model takes its vectors and its index along', async () => {
  const gone = await embeddingModels.activate(model('a'));
  const kept = await embeddingModels.activate(model('b'));
  const { chunkIds } = await addTranscript(repositories, user.id, ['oak']);
  for (const { id } of [gone, kept]) {
    await embeddings.createMany(user.id, id, [
      { chunkId: chunkIds[0] ?? '', vector: new Float32Array([1, 0, 0]) },
    ]);
  }
  expect(await embeddingModels.delete(gone.id)).toBe(true);
  expect(await embeddingModels.delete(gone.id)).toBe(false);
  expect(await query(db, 'select model_id from vector_embeddings')).toEqual([
    { model_id: kept.id },
  ]);
  expect((await indexes()).map((index) => index.indexname)).toEqual([
    `vector_embeddings_model_${kept.id}_index`,
  ]);
});
