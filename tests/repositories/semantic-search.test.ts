import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { addTranscript, type ChunkSpec } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { semanticSearch } = repositories;
const model = await repositories.embeddingModels.activate({
  provider: 't',
  name: 't',
  dimensions: 4,
});

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

async function add(vectors: number[][], userId = user.id, specs?: ChunkSpec[]) {
  const texts = specs ?? vectors.map((_, index) => `oak ${index}`);
  const transcript = await addTranscript(repositories, userId, texts);
  await repositories.embeddings.createMany(
    userId,
    model.id,
    transcript.chunkIds.map((chunkId, index) => ({
      chunkId,
      vector: new Float32Array(vectors[index] ?? []),
    })),
  );
  return transcript;
}

const search = (vector: number[], scope = {}, limit = 100) =>
  semanticSearch.nearestExact(user.id, model, new Float32Array(vector), scope, limit);
const searchIndex = (vector: number[], scope = {}, limit = 100) =>
  semanticSearch.nearest(user.id, model, new Float32Array(vector), scope, limit);

function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, n, i) => sum + n * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** Whole numbers are exact in half precision; no vector is zero. */
const vector = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 })
  .filter((numbers) => numbers.some((number) => number !== 0));
const vectors = fc.array(vector, { minLength: 1, maxLength: 20 });

test('both ways find the same chunks, with their cosines, the nearest first', async () => {
  await fc.assert(
    fc.asyncProperty(
      vectors,
      vectors,
      vectors,
      vector,
      fc.integer({ min: 1, max: 30 }),
      async (one, two, theirs, asked, limit) => {
        await query(db, 'delete from users');
        user = await createUser(repositories);
        await add(theirs, (await createUser(repositories)).id);
        const transcripts = [await add(one), await add(two)];
        const known = new Map<string, number>();
        for (const [t, mine] of [one, two].entries()) {
          for (const [c, numbers] of mine.entries()) {
            known.set(transcripts[t]?.chunkIds[c] ?? '', cosine(numbers, asked));
          }
        }
        const [first] = transcripts;
        for (const scope of [{}, { transcriptIds: [first?.id ?? ''] }]) {
          const matching = 'transcriptIds' in scope ? one.length : known.size;
          const hits = await search(asked, scope, limit);
          expect(hits).toHaveLength(Math.min(limit, matching));
          const cosines = hits.map((hit) => known.get(hit.chunkId) ?? Number.NaN);
          for (const [index, hit] of hits.entries()) {
            expect(hit.similarity).toBeCloseTo(cosines[index] ?? Number.NaN, 5);
          }
          const best = [...known]
            .filter(([id]) => !('transcriptIds' in scope) || first?.chunkIds.includes(id))
            .map(([, similarity]) => similarity)
            .toSorted((a, b) => b - a)
            .slice(0, limit);
          for (const [index, similarity] of best.entries()) {
            expect(cosines[index]).toBeCloseTo(similarity, 5);
          }
          const walked = await searchIndex(asked, scope, limit);
          expect(walked.map((hit) => hit.similarity)).toEqual(hits.map((hit) => hit.similarity));
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('a vector of another model is never compared', async () => {
  const { chunkIds } = await add([[1, 0, 0, 0]]);
  const other = await repositories.embeddingModels.activate({
    provider: 't',
    name: 'other',
    dimensions: 4,
  });
  const asked = new Float32Array([1, 0, 0, 0]);
  expect(await semanticSearch.nearestExact(user.id, other, asked, {}, 9)).toEqual([]);
  expect(await semanticSearch.nearest(user.id, other, asked, {}, 9)).toEqual([]);
  expect(await search([1, 0, 0, 0])).toEqual([{ chunkId: chunkIds[0], similarity: 1 }]);
});

describe.each([
  ['exact', search],
  ['by index', searchIndex],
])('a time range, %s', (_, nearest) => {
  test('takes the chunks that overlap it', async () => {
    const vectors = [
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 1, 1, 0],
    ];
    const times = [{ text: 'a', startMs: 0 }, { text: 'b', startMs: 1_000 }, { text: 'c' }];
    const { id, chunkIds } = await add(vectors, user.id, times);
    await add(vectors, user.id, times);
    const timeRanges = [{ transcriptId: id, startMs: 499, endMs: 1_001 }];
    const hits = await nearest([1, 0, 0, 0], { timeRanges });
    expect(hits.map((hit) => hit.chunkId)).toEqual(chunkIds.slice(0, 2));
  });
});

test('an empty library, or a scope without vectors, has nothing near', async () => {
  expect(await search([1, 0, 0, 0])).toEqual([]);
  expect(await searchIndex([1, 0, 0, 0])).toEqual([]);
  const { id } = await addTranscript(repositories, user.id, ['oak']);
  await add([[1, 0, 0, 0]]);
  expect(await search([1, 0, 0, 0], { transcriptIds: [id] })).toEqual([]);
  expect(await searchIndex([1, 0, 0, 0], { transcriptIds: [id] })).toEqual([]);
});

test('chunks that are named are compared, and no others', async () => {
  const { chunkIds } = await add([
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [1, 1, 0, 0],
  ]);
  const theirs = await add([[1, 0, 0, 0]], (await createUser(repositories)).id);
  const asked = new Float32Array([0, 1, 0, 0]);
  const [first = '', , third = ''] = chunkIds;
  const named = [first, third, ...theirs.chunkIds];
  const hits = await semanticSearch.compare(user.id, model, asked, named);
  expect(hits.map((hit) => hit.chunkId)).toEqual([third, first]);
  expect(await semanticSearch.compare(user.id, model, asked, [])).toEqual([]);
});
