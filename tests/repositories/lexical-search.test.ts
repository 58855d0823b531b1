import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { addTranscript } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { lexicalSearch } = repositories;

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const ranked = async (terms: string[], scope = {}, limit = 100) =>
  (await lexicalSearch.rank(user.id, terms, scope, limit)).map((hit) => hit.chunkId);

type Hit = { transcript: number; chunk: number; score: number };

/** BM25 with the neighbours' share, written down once more from the formula. */
function recount(library: string[][][], terms: string[], inScope: (transcript: number) => boolean) {
  const chunks = library.flat();
  const mean = chunks.reduce((sum, words) => sum + words.length, 0) / chunks.length;
  const idf = (term: string) => {
    const df = chunks.filter((words) => words.includes(term)).length;
    return Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5));
  };
  const own = (words: string[] = []) =>
    terms.reduce((sum, term) => {
      const tf = words.filter((word) => word === term).length;
      const norm = 1.2 * (0.25 + (0.75 * words.length) / mean);
      return sum + (tf === 0 ? 0 : (idf(term) * tf * 2.2) / (tf + norm));
    }, 0);
  return library.flatMap((transcript, t): Hit[] =>
    transcript.flatMap((words, c) => {
      if (!inScope(t) || own(words) === 0) return [];
      const neighbours = own(transcript[c - 1]) + own(transcript[c + 1]);
      return { transcript: t, chunk: c, score: own(words) + 0.4 * neighbours };
    }),
  );
}

const word = fc.constantFrom('oak', 'elm', 'ash', 'fir', 'yew', 'box', 'bay');
const library = fc.array(
  fc.array(fc.array(word, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 }),
  { minLength: 1, maxLength: 4 },
);
const question = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });

test('scores equal a recount of BM25 with both neighbours, over any library', async () => {
  await fc.assert(
    fc.asyncProperty(library, library, question, fc.nat(3), async (mine, theirs, terms, only) => {
      await query(db, 'delete from users');
      user = await createUser(repositories);
      const other = await createUser(repositories);
      const lines = (transcript: string[][]) => transcript.map((words) => words.join(' '));
      for (const transcript of theirs)
        await addTranscript(repositories, other.id, lines(transcript));
      const made = [];
      for (const transcript of mine) {
        made.push(await addTranscript(repositories, user.id, lines(transcript)));
      }
      const scoped = made[only];
      for (const scope of [{}, ...(scoped ? [{ transcriptIds: [scoped.id] }] : [])]) {
        const inScope = (transcript: number) => !('transcriptIds' in scope) || transcript === only;
        const expected = recount(mine, terms, inScope);
        const hits = await lexicalSearch.rank(user.id, terms, scope, 1_000);
        expect(hits).toHaveLength(expected.length);
        const scores = new Map(hits.map((hit) => [hit.chunkId, hit.score]));
        for (const { transcript, chunk, score } of expected) {
          const found = scores.get(made[transcript]?.chunkIds[chunk] ?? '');
          expect(Math.abs((found ?? Number.NaN) - score)).toBeLessThan(1e-6);
        }
        const order = hits.map((hit) => hit.score);
        expect(order).toEqual(order.toSorted((a, b) => b - a));
        const best = await lexicalSearch.rank(user.id, terms, scope, 2);
        expect(best).toEqual(hits.slice(0, 2));
      }
    }),
    { numRuns: 25 },
  );
});

test('a chunk gains from both neighbours in its transcript, and from no other', async () => {
  const alone = await addTranscript(repositories, user.id, ['oak', 'elm', 'oak']);
  const three = await addTranscript(repositories, user.id, ['oak', 'oak', 'oak']);
  const hits = await lexicalSearch.rank(user.id, ['oak'], {}, 10);
  const score = (id?: string) => hits.find((hit) => hit.chunkId === id)?.score ?? 0;
  const own = score(alone.chunkIds[0]);
  expect(score(alone.chunkIds[2])).toBeCloseTo(own, 9);
  expect(score(three.chunkIds[0])).toBeCloseTo(1.4 * own, 9);
  expect(score(three.chunkIds[1])).toBeCloseTo(1.8 * own, 9);
  expect(hits).toHaveLength(5);
});

describe('a question', () => {
  test('with no terms, or with unknown ones alone, finds nothing', async () => {
    await addTranscript(repositories, user.id, ['oak']);
    expect(await ranked([])).toEqual([]);
    expect(await ranked(['elm'])).toEqual([]);
    expect(await ranked(['oak', 'elm'])).toHaveLength(1);
  });

  test('of an empty library finds nothing', async () => {
    expect(await ranked(['oak'])).toEqual([]);
  });

  test('may hold any characters', async () => {
    await addTranscript(repositories, user.id, ['oak']);
    expect(await ranked(['oak', `'; --`, '{"a"}', '\\', '%', ''])).toHaveLength(1);
  });
});

describe('a scope', () => {
  test('of time ranges takes what overlaps them, not what touches them', async () => {
    const { id, chunkIds } = await addTranscript(repositories, user.id, [
      { text: 'oak a', startMs: 0 },
      { text: 'oak b', startMs: 1_000 },
      { text: 'oak c', startMs: 2_000 },
      { text: 'oak d' },
    ]);
    await addTranscript(repositories, user.id, [{ text: 'oak', startMs: 1_000 }]);
    const during = async (...ranges: [number, number][]) => {
      const timeRanges = ranges.map(([startMs, endMs]) => ({ transcriptId: id, startMs, endMs }));
      return (await ranked(['oak'], { timeRanges })).map((chunk) => chunkIds.indexOf(chunk)).sort();
    };
    expect(await during([1_100, 1_200])).toEqual([1]);
    expect(await during([499, 1_001])).toEqual([0, 1]);
    expect(await during([500, 1_000])).toEqual([]);
    expect(await during([0, 0], [2_499, 9_000])).toEqual([0, 2]);
    expect(await during([0, 2_147_483_647])).toEqual([0, 1, 2]);
  });

  test('of transcripts and time ranges takes what is in both', async () => {
    const one = await addTranscript(repositories, user.id, [{ text: 'oak', startMs: 0 }]);
    const two = await addTranscript(repositories, user.id, [{ text: 'oak', startMs: 0 }]);
    const timeRanges = [one, two].map(({ id }) => ({ transcriptId: id, startMs: 0, endMs: 9 }));
    expect(await ranked(['oak'], { timeRanges })).toHaveLength(2);
    expect(await ranked(['oak'], { timeRanges, transcriptIds: [two.id] })).toEqual(two.chunkIds);
  });
});
