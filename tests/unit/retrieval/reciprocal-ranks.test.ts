import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuseByRank } from '../../../src/retrieval/reciprocal-ranks.ts';

const lexical = (...ids: string[]) => ids.map((chunkId, index) => ({ chunkId, score: 9 - index }));
const semantic = (...ids: string[]) =>
  ids.map((chunkId, index) => ({ chunkId, similarity: 0.9 - index / 10 }));
const equal = { lexical: 0.5, semantic: 0.5 };

test('what both find goes before what one finds', () => {
  const hits = fuseByRank(lexical('a', 'b', 'c'), semantic('d', 'c', 'e'), equal);
  expect(hits.map((hit) => hit.chunkId)).toEqual(['c', 'a', 'd', 'b', 'e']);
  expect(hits[0]?.scores).toEqual({
    lexical: { rank: 3, score: 7 },
    semantic: { rank: 2, similarity: 0.8 },
  });
});

test('the first of both has the score 1', () => {
  const [hit] = fuseByRank(lexical('a'), semantic('a'), equal);
  expect(hit?.score).toBe(1);
});

test('the weights decide between the legs', () => {
  const first = (weights: { lexical: number; semantic: number }) =>
    fuseByRank(lexical('a'), semantic('b'), weights)[0]?.chunkId;
  expect(first({ lexical: 0.6, semantic: 0.4 })).toBe('a');
  expect(first({ lexical: 0.4, semantic: 0.6 })).toBe('b');
});

test('nothing is lost, nothing comes twice, and scores fall', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String));
  fc.assert(
    fc.property(ids, ids, (one, two) => {
      const hits = fuseByRank(lexical(...one), semantic(...two), equal);
      expect(hits.map((hit) => hit.chunkId).toSorted()).toEqual(
        [...new Set([...one, ...two])].toSorted(),
      );
      const scores = hits.map((hit) => hit.score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }),
  );
});
