import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { createLexicalSearchRepository } from '../../src/repositories/lexical-search.ts';
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
  (await lexicalSearch.rank(user.id, { terms }, scope, limit)).map((hit) => hit.chunkId);

type Hit = { transcript: number; chunk: number; score: number };

/** Windows, transcripts and pairs, written down once more from their formulas. */
function recount(library: string[][][], terms: string[], inScope: (transcript: number) => boolean) {
  const rarity = (texts: string[][], term: string) => {
    const df = texts.filter((words) => words.includes(term)).length;
    return Math.log(1 + (texts.length - df + 0.5) / (df + 0.5));
  };
  const saturated = (tf: number, k: number) => (tf === 0 ? 0 : (tf * 2.2) / (tf + k));
  const chunks = library.flat();
  const wholes = library.map((transcript) => transcript.flat());
  const mean = wholes.flat().length / wholes.length;
  const known = terms.filter((term) => chunks.some((words) => words.includes(term)));
  const count = (words: string[] = [], term: string) => words.filter((one) => one === term).length;
  const whole = (words: string[]) =>
    sum(known, (term) => {
      const k = 1.2 * (0.25 + (0.75 * words.length) / mean);
      return rarity(wholes, term) * saturated(count(words, term), k);
    });
  const pairs = (words: string[] = []) =>
    sum(terms.slice(1), (second, index) => {
      const first = terms[index] ?? '';
      const found = words.some((one, at) => one === first && words[at + 1] === second);
      return found ? rarity(chunks, first) + rarity(chunks, second) : 0;
    });
  return library.flatMap((transcript, t): Hit[] =>
    transcript.flatMap((_, c) => {
      const around = (value: (words?: string[]) => number) =>
        sum(
          [-3, -2, -1, 0, 1, 2, 3],
          (step) => 0.5 ** Math.abs(step) * value(transcript[c + step]),
        );
      const near = transcript.slice(Math.max(0, c - 1), c + 2).flat();
      if (!inScope(t) || !near.some((one) => terms.includes(one))) return [];
      const window = sum(known, (term) => {
        return (
          rarity(chunks, term) *
          saturated(
            around((words) => count(words, term)),
            1.2,
          )
        );
      });
      const score = window + whole(transcript.flat()) + 0.2 * around(pairs);
      return { transcript: t, chunk: c, score };
    }),
  );
}

function sum<T>(values: readonly T[], of: (value: T, index: number) => number): number {
  return values.reduce((total, value, index) => total + of(value, index), 0);
}

const word = fc.constantFrom('oak', 'elm', 'ash', 'fir', 'yew', 'box', 'bay');
const library = fc.array(
  fc.array(fc.array(word, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 }),
  { minLength: 1, maxLength: 4 },
);
const question = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });

test('scores equal a recount of windows, transcripts and pairs, over any library', async () => {
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
        const question = { terms, text: terms.join(' ') };
        const hits = await lexicalSearch.rank(user.id, question, scope, 1_000);
        expect(hits).toHaveLength(expected.length);
        const scores = new Map(hits.map((hit) => [hit.chunkId, hit.score]));
        for (const { transcript, chunk, score } of expected) {
          const found = scores.get(made[transcript]?.chunkIds[chunk] ?? '');
          expect(Math.abs((found ?? Number.NaN) - score)).toBeLessThan(1e-6);
        }
        const order = hits.map((hit) => hit.score);
        expect(order).toEqual(order.toSorted((a, b) => b - a));
        const best = await lexicalSearch.rank(user.id, question, scope, 2);
        expect(best).toEqual(hits.slice(0, 2));
      }
    }),
    { numRuns: 25 },
  );
});

test('a chunk gains from those around it in its transcript, and from no other', async () => {
  const chunks = ['oak', 'elm', 'elm', 'elm', 'elm', 'oak'];
  const apart = await addTranscript(repositories, user.id, chunks);
  const three = await addTranscript(repositories, user.id, ['oak', 'oak', 'oak']);
  const windowsAlone = { decay: 0.5, transcript: 0, pair: 0 };
  const hits = await createLexicalSearchRepository(db, {
    neighbour: 0.4,
    rerank: windowsAlone,
  }).rank(user.id, { terms: ['oak'] }, {}, 10);
  const score = (id?: string) => hits.find((hit) => hit.chunkId === id)?.score ?? 0;
  const saturated = (frequency: number) => (frequency * 2.2) / (frequency + 1.2);
  const unit = score(apart.chunkIds[0]) / saturated(1);
  expect(score(apart.chunkIds[5])).toBeCloseTo(unit * saturated(1), 9);
  expect(score(apart.chunkIds[1])).toBeCloseTo(unit * saturated(0.5), 9);
  expect(score(three.chunkIds[0])).toBeCloseTo(unit * saturated(1.75), 9);
  expect(score(three.chunkIds[1])).toBeCloseTo(unit * saturated(2), 9);
  // Nothing is said beside these two.
  expect(score(apart.chunkIds[2])).toBe(0);
  expect(hits).toHaveLength(7);
});

test('words that stand together in the question count more where they are said together', async () => {
  const { chunkIds } = await addTranscript(repositories, user.id, [
    ...['oak elm', 'ash', 'ash', 'ash', 'ash', 'ash', 'elm oak'],
  ]);
  const question = { terms: ['elm', 'oak'], text: "what of the elm oak, isn't it \\ ' said" };
  const [first, second] = await lexicalSearch.rank(user.id, question, {}, 2);
  expect([first?.chunkId, second?.chunkId]).toEqual([chunkIds[6], chunkIds[0]]);
  expect(first?.score).toBeGreaterThan(second?.score ?? 0);
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
