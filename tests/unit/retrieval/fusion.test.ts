import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuse } from '../../../src/retrieval/fusion.ts';

const WEIGHTS = { lexical: 0.85, semantic: 0.15 };

test('scores of both legs are divided by the best of their leg, weighted and added', () => {
  const hits = fuse(
    [
      { chunkId: 'a', score: 8 },
      { chunkId: 'b', score: 4 },
    ],
    [
      { chunkId: 'b', similarity: 0.5 },
      { chunkId: 'c', similarity: 0.25 },
    ],
    WEIGHTS,
  );
  expect(hits.map((hit) => hit.chunkId)).toEqual(['a', 'b', 'c']);
  expect(hits[0]?.score).toBeCloseTo(0.85);
  expect(hits[1]?.score).toBeCloseTo(0.425 + 0.15);
  expect(hits[2]?.score).toBeCloseTo(0.075);
  expect(hits[1]?.scores).toEqual({
    lexical: { rank: 2, score: 4 },
    semantic: { rank: 1, similarity: 0.5 },
  });
});

test('a leg that was cut off counts from its last score, whatever both legs have above zero', () => {
  const lexical = [12, 11, 10].map((score, index) => ({ chunkId: 'abc'[index] ?? '', score }));
  const semantic = [0.9, 0.8].map((similarity, index) => ({
    chunkId: 'cd'[index] ?? '',
    similarity,
  }));
  const scores = fuse(lexical, semantic, WEIGHTS, 3).map(({ chunkId, score }) => [chunkId, score]);
  expect(scores).toEqual([
    ['a', 0.85],
    ['b', 0.425],
    ['c', 0.15],
    ['d', expect.closeTo((0.15 * 8) / 9)],
  ]);
});

test('a similarity below zero adds nothing', () => {
  const [hit] = fuse([], [{ chunkId: 'a', similarity: -0.3 }], WEIGHTS);
  expect(hit?.score).toBe(0);
});

test('every hit of either leg comes out once, by falling score, in one order only', () => {
  const id = fc.stringMatching(/^[a-f]{1,2}$/);
  const leg = fc.uniqueArray(
    fc.record({ chunkId: id, value: fc.double({ min: 0.01, max: 9, noNaN: true }) }),
    {
      selector: (hit) => hit.chunkId,
    },
  );
  fc.assert(
    fc.property(leg, leg, (left, right) => {
      const lexical = left
        .map(({ chunkId, value }) => ({ chunkId, score: value }))
        .sort((a, b) => b.score - a.score);
      const semantic = right
        .map(({ chunkId, value }) => ({ chunkId, similarity: value / 10 }))
        .sort((a, b) => b.similarity - a.similarity);
      const hits = fuse(lexical, semantic, WEIGHTS);
      const ids = hits.map((hit) => hit.chunkId);
      expect(new Set(ids)).toEqual(new Set([...lexical, ...semantic].map((hit) => hit.chunkId)));
      expect(new Set(ids).size).toBe(ids.length);
      for (const [index, hit] of hits.entries()) {
        const next = hits[index + 1];
        if (next) expect(hit.score).toBeGreaterThanOrEqual(next.score);
      }
    }),
  );
});
