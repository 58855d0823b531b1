import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { addTranscript } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { transcripts, vocabulary } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const add = (texts: string[], within: Repositories = repositories) =>
  addTranscript(within, user.id, texts);
const words = async () =>
  (await query<{ term: string }>(db, 'select term from terms order by 1')).map(({ term }) => term);
const notes = async () => (await query(db, 'select from stale_vocabularies')).length;

/** Indexes a transcript in a transaction that stays open while `meanwhile` runs. */
async function whileIndexing(texts: string[], meanwhile: () => Promise<void>): Promise<void> {
  await db.transaction(async (tx) => {
    await add(texts, createRepositories(tx));
    await meanwhile();
  });
}

test('a word has one row, however many transcripts say it', async () => {
  await add(['tide mill', 'mill']);
  await add(['mill wheel']);
  expect(await words()).toEqual(['mill', 'tide', 'wheel']);
});

test('a word is gone with the last transcript that said it', async () => {
  const one = await add(['tide mill']);
  const two = await add(['mill wheel']);
  await transcripts.delete(user.id, one.id);
  expect(await words()).toEqual(['mill', 'wheel']);
  await transcripts.delete(user.id, two.id);
  expect(await words()).toEqual([]);
  expect(await notes()).toBe(0);
});

test('words of a revision before are found no more, and swept with the next round', async () => {
  const { id } = await add(['tide mill']);
  await add(['wheel']);
  await repositories.chunks.deleteByTranscript(user.id, id);
  await repositories.searchIndex.refresh(user.id, id);
  expect(await repositories.searchIndex.correct(user.id, ['tidee'])).toEqual(new Map());
  expect(await repositories.searchIndex.analyze(user.id, 'tide')).toEqual([
    { term: 'tide', known: false },
  ]);
  expect(await vocabulary.sweepStale()).toBe(1);
  expect(await words()).toEqual(['wheel']);
  expect(await vocabulary.sweepStale()).toBe(0);
});

test('the words of others stay', async () => {
  const other = await createUser(repositories);
  await addTranscript(repositories, other.id, ['tide mill']);
  const { id } = await add(['tide']);
  await transcripts.delete(user.id, id);
  expect(await words()).toEqual(['mill', 'tide']);
});

describe.skipIf(!onPostgres)('while a transcript is indexed', () => {
  test('another one with the same new words is indexed without waiting, and both are found', async () => {
    await whileIndexing(['tide mill'], async () => {
      await add(['mill wheel']);
    });
    expect(await words()).toEqual(['mill', 'mill', 'tide', 'wheel']);
    const found = await repositories.lexicalSearch.rank(user.id, { terms: ['mill'] }, {}, 10);
    expect(found).toHaveLength(2);
    const { frequencies } = await repositories.searchIndex.documentFrequencies(user.id, ['mill']);
    expect(frequencies).toEqual(new Map([['mill', 2]]));
    expect(await repositories.searchIndex.correct(user.id, ['milll'])).toEqual(
      new Map([['milll', 'mill']]),
    );
  });

  test('a deletion neither waits nor takes a word that is about to be said again', async () => {
    const { id } = await add(['tide mill']);
    await whileIndexing(['mill wheel'], async () => {
      expect(await transcripts.delete(user.id, id)).toBe(true);
      expect(await words()).toEqual(['mill', 'tide']);
      expect(await vocabulary.sweepStale()).toBe(0);
    });
    expect(await vocabulary.sweepStale()).toBe(1);
    expect(await words()).toEqual(['mill', 'wheel']);
    expect(await notes()).toBe(0);
    expect(
      await repositories.lexicalSearch.rank(user.id, { terms: ['mill'] }, {}, 10),
    ).toHaveLength(1);
  });

  test('the words of another user are swept', async () => {
    const other = await createUser(repositories);
    const { id } = await addTranscript(repositories, other.id, ['tide']);
    await whileIndexing(['mill'], async () => {
      await transcripts.delete(other.id, id);
      expect(await words()).toEqual([]);
    });
  });

  test('an indexing that fails leaves no word behind', async () => {
    const failed = whileIndexing(['mill'], () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await words()).toEqual([]);
  });
});
