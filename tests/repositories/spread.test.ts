import { expect, test } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { addTranscript } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { id: ada } = await createUser(repositories);
const { id: eve } = await createUser(repositories);
const texts = (count: number) => Array.from({ length: count }, (_, index) => `word ${index}`);
const first = await addTranscript(repositories, ada, texts(30));
await addTranscript(repositories, eve, texts(10));
const second = await addTranscript(repositories, ada, texts(70));
const all = [...first.chunkIds, ...second.chunkIds];

test('a scope that is small enough is read from its beginning to its end', async () => {
  expect(await repositories.spread.listChunkIds(ada, {}, 100)).toEqual(all);
  const scope = { transcriptIds: [second.id] };
  expect(await repositories.spread.listChunkIds(ada, scope, 100)).toEqual(second.chunkIds);
});

test.each([1, 3, 7, 50, 99])(
  'of a larger one %i chunks are spread evenly over it',
  async (limit) => {
    const listed = await repositories.spread.listChunkIds(ada, {}, limit);
    expect(listed).toHaveLength(limit);
    const places = listed.map((id) => all.indexOf(id));
    const gaps = places.map((place, index) => place - (places[index - 1] ?? -1));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(Math.floor(100 / limit));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(100 / limit));
  },
);
