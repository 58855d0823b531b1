import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { addTranscript } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { searchIndex } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const add = (texts: string[], config = 'english', userId = user.id) =>
  addTranscript(repositories, userId, texts, config);
const analyze = async (text: string) =>
  (await searchIndex.analyze(user.id, text)).map(({ term, known }) => (known ? term : `${term}?`));

const postings = () =>
  query<{ term: string; entries: number[]; written: string }>(
    db,
    `select term, to_jsonb(array_prepend(first_entry, other_entries)) as entries, postings.xmin::text as written
     from postings join terms on terms.id = term_id order by 1`,
  );

test('indexing writes one row for each term, with its chunks and frequencies', async () => {
  const { id } = await add(['mill wheel mill', 'tide', 'Wheels']);
  expect((await postings()).map(({ term, entries }) => [term, entries])).toEqual([
    ['mill', [1]],
    ['tide', [256]],
    ['wheel', [0, 512]],
  ]);
  expect(
    await query(
      db,
      `select transcript_id, search_config, chunk_count, token_count, to_jsonb(lengths) as lengths
       from corpus_stats`,
    ),
  ).toEqual([
    {
      transcript_id: id,
      search_config: 'english',
      chunk_count: 3,
      token_count: 5,
      lengths: [3, 1, 1],
    },
  ]);
});

test('many terms are written in portions, which together are all of them', async () => {
  const texts = Array.from({ length: 130 }, (_, chunk) =>
    Array.from({ length: 210 }, (_, word) => `mill w${chunk * 200 + word}`).join(' '),
  );
  const { id } = await add(texts);
  const held = () =>
    query<{ term: string }>(
      db,
      `select term, array_prepend(first_entry, other_entries) as entries
       from postings join terms on terms.id = term_id order by term collate "C"`,
    );
  const said = () =>
    query<{ term: string }>(
      db,
      `select lexeme as term,
         array_agg(chunk_index * 256 + cardinality(positions) - 1 order by chunk_index) as entries
       from chunks, unnest(search_vector) as v(lexeme, positions, weights)
       group by lexeme order by lexeme collate "C"`,
    );
  expect(await held()).toEqual(await said());
  expect(await said()).toHaveLength(26_011);
  await query(db, 'delete from chunks where chunk_index % 5 = 4');
  await searchIndex.refresh(user.id, id);
  expect(await held()).toEqual(await said());
  expect(await query(db, 'select user_id from stale_vocabularies')).not.toEqual([]);
}, 120_000);

test('a transcript without chunks is taken out, and other transcripts stay', async () => {
  const gone = await add(['mill wheel']);
  const kept = await add(['tide wheel']);
  await repositories.chunks.deleteByTranscript(user.id, gone.id);
  await searchIndex.refresh(user.id, gone.id);
  expect(await query(db, 'select transcript_id from corpus_stats')).toEqual([
    { transcript_id: kept.id },
  ]);
  expect((await postings()).map(({ term }) => term)).toEqual(['tide', 'wheel']);
});

test('what changed of a transcript is written, and nothing else', async () => {
  const { id } = await add(['mill wheel', 'tide', 'mill']);
  const before = await postings();
  const { data } = await repositories.chunks.listByTranscript(user.id, id, { limit: 3 });
  const kept = data.filter(({ chunkIndex }) => chunkIndex !== 1).map((chunk) => chunk.id);
  await repositories.chunks.deleteOthers(user.id, id, kept);
  const chunk = { chunkText: 'mill sluice', tokenCount: 2, startMs: null, endMs: null };
  await repositories.chunks.createMany(user.id, id, 'english', [
    { ...chunk, chunkIndex: 1, firstSegment: 1, lastSegment: 1 },
  ]);
  await searchIndex.refresh(user.id, id);
  const after = await postings();
  expect(after.map(({ term, entries }) => [term, entries])).toEqual([
    ['mill', [0, 256, 512]],
    ['sluic', [256]],
    ['wheel', [0]],
  ]);
  expect(after[2]?.written).toBe(before[2]?.written);
  expect(after[0]?.written).not.toBe(before[0]?.written);
  expect(await query(db, 'select chunk_count, token_count from corpus_stats')).toEqual([
    { chunk_count: 3, token_count: 5 },
  ]);
});

describe('the terms of a question', () => {
  test('are stemmed, distinct, ordered and marked as known or not', async () => {
    await add(['The wheels were turning']);
    expect(await analyze('Wheel, wheels: who TURNED the sluices?')).toEqual([
      'sluic?',
      'turn',
      'wheel',
    ]);
  });

  test('are none for stop words, an empty library or no words', async () => {
    expect(await analyze('wheel')).toEqual([]);
    await add(['The wheels were turning']);
    expect(await analyze('What was it that they did to the other one?')).toEqual(['one?']);
    expect(await analyze('who is it')).toEqual([]);
    expect(await analyze('?! …')).toEqual([]);
  });

  test('are read in every language of the library', async () => {
    await add(['The mills'], 'english');
    expect(await analyze('Mühlen')).toEqual(['mühlen?']);
    await add(['Die Mühlen am Fluss'], 'german');
    expect(await analyze('Mühlen')).toEqual(['muhl', 'mühlen?']);
  });

  test('lose their accents where there is no stemmer', async () => {
    await add(['Mlýn v přístavu'], 'public.parley_simple');
    expect(await analyze('mlyn Přístavu')).toEqual(['mlyn', 'pristavu']);
  });

  test('survive quotes, operators and anything else that a question may hold', async () => {
    await add(['wheel']);
    expect(await analyze(`wheel' & | ! :* <-> ( "wheel" \\ %`)).toEqual(['wheel']);
  });
});

describe('Chinese, Japanese and Korean', () => {
  const termsOf = async (config: string, text: string) => {
    const [terms] = await searchIndex.analyzeTexts(config, [text]);
    return [...(terms?.keys() ?? [])].toSorted();
  };

  test.each(['english', 'public.parley_simple'])(
    'become pairs of neighbouring characters in %s',
    async (config) => {
      for (const text of ['潮汐', '潮汐磨', '潮汐磨坊', '潮汐磨坊水']) {
        const pairs = Array.from(text.slice(1), (_, index) => text.slice(index, index + 2));
        expect(await termsOf(config, text)).toEqual(expect.arrayContaining(pairs));
      }
      expect(await termsOf(config, '水')).toEqual(['水']);
      expect(await termsOf(config, '潮汐 and 磨坊')).not.toContain('汐磨');
    },
  );

  test('become pairs of characters alone', async () => {
    expect(await termsOf('english', '潮汐磨坊')).toEqual(['汐磨', '潮汐', '磨坊']);
  });

  test('find a word in the middle of a sentence, beside other words', async () => {
    await add(['这座潮汐磨坊很古老 and the mills', '面包店在村子里'], 'english');
    await add(['방앗간이 있다', 'むかしの粉ひき'], 'public.parley_simple');
    expect(await analyze('汐磨')).toContain('汐磨');
    expect(await analyze('磨坊 mill')).toEqual(expect.arrayContaining(['mill', '磨坊']));
    expect(await analyze('水车')).toContain('水车?');
    expect(await analyze('앗간 粉ひ')).toEqual(expect.arrayContaining(['粉ひ', '앗간']));
  });
});

test('texts are analysed one by one, with how often each term occurs', async () => {
  const texts = ['Wheel and wheels', '', 'the', 'tide wheel'];
  expect(await searchIndex.analyzeTexts('english', texts)).toEqual([
    new Map([['wheel', 2]]),
    new Map(),
    new Map(),
    new Map([
      ['tide', 1],
      ['wheel', 1],
    ]),
  ]);
  expect(await searchIndex.analyzeTexts('english', [])).toEqual([]);
});

describe('correcting an unknown term', () => {
  test('takes the most similar one of the library', async () => {
    await add(['greenheart greenhouse sluice wheel']);
    expect(await searchIndex.correct(user.id, ['greenhart', 'sluic', 'wheeel', 'qzx'])).toEqual(
      new Map([
        ['greenhart', 'greenheart'],
        ['sluic', 'sluic'],
        ['wheeel', 'wheel'],
      ]),
    );
  });

  test('takes the more frequent of two that are equally similar', async () => {
    await add(['stonea', 'stoneb stoneb', 'stoneb'], 'public.parley_simple');
    expect(await searchIndex.correct(user.id, ['stonec'])).toEqual(new Map([['stonec', 'stoneb']]));
  });

  test('leaves a term alone that nothing is near enough to', async () => {
    await add(['tide', 'bakery']);
    // Similarity 0.33: above pg_trgm's own threshold, below ours.
    expect(await searchIndex.correct(user.id, ['tiding'])).toEqual(new Map());
    expect(await searchIndex.correct(user.id, [])).toEqual(new Map());
  });
});

test('document frequencies count the chunks and transcripts of the whole library', async () => {
  expect(await searchIndex.documentFrequencies(user.id, ['wheel'])).toEqual({
    chunkCount: 0,
    frequencies: new Map(),
    transcriptCount: 0,
    transcriptFrequencies: new Map(),
  });
  await add(['wheel wheel', 'wheel', 'tide']);
  await add(['wheel']);
  await add(['wheel'], 'english', (await createUser(repositories)).id);
  expect(await searchIndex.documentFrequencies(user.id, ['wheel', 'tide', 'mill'])).toEqual({
    chunkCount: 4,
    frequencies: new Map([
      ['wheel', 3],
      ['tide', 1],
    ]),
    transcriptCount: 2,
    transcriptFrequencies: new Map([
      ['wheel', 2],
      ['tide', 1],
    ]),
  });
  expect((await searchIndex.documentFrequencies(user.id, [])).frequencies).toEqual(new Map());
});
