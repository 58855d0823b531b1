import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ndcg, recall, reciprocalRank, spanScores } from '../../../eval/metrics.ts';

const [yes, no] = [true, false];

describe('nDCG', () => {
  test('is 1 when all that is relevant comes first, and 0 when none of it comes', () => {
    expect(ndcg([yes, yes, no], 2)).toBe(1);
    expect(ndcg([no, no], 2)).toBe(0);
    expect(ndcg([], 0)).toBe(0);
  });

  test('discounts by the logarithm of the rank', () => {
    expect(ndcg([no, yes], 1)).toBeCloseTo(1 / Math.log2(3));
    expect(ndcg([yes, no, yes], 2)).toBeCloseTo((1 + 1 / 2) / (1 + 1 / Math.log2(3)));
  });

  test('asks for no more than fit the depth', () => {
    expect(ndcg(Array(10).fill(yes), 40)).toBe(1);
    expect(ndcg([...Array(10).fill(no), yes], 1)).toBe(0);
  });
});

test('recall counts what is among the first ten, and the first of them gives the reciprocal rank', () => {
  expect(recall([yes, no, yes], 4)).toBe(0.5);
  expect(recall([...Array(10).fill(no), yes], 1)).toBe(0);
  expect(recall([], 0)).toBe(0);
  expect(reciprocalRank([no, no, yes, yes])).toBeCloseTo(1 / 3);
  expect(reciprocalRank([no])).toBe(0);
});

describe('spans', () => {
  const at = (start: number, end: number, document = 'a') => ({ document, start, end });

  test('count words that are both gold and in the context', () => {
    expect(spanScores([at(0, 100)], [at(50, 150)])).toEqual({
      recall: 0.5,
      precision: 0.5,
      iou: 1 / 3,
    });
  });

  test('of other documents share nothing', () => {
    const scores = spanScores([at(0, 100, 'b')], [at(0, 100)]);
    expect(scores).toEqual({ recall: 0, precision: 0, iou: 0 });
  });

  test('are cut where the context is full', () => {
    const scores = spanScores([at(300, 450), at(0, 100), at(900, 999)], [at(0, 100)]);
    expect(scores.recall).toBe(0.5);
    expect(scores.precision).toBe(0.25);
  });

  test('that overlap are read once', () => {
    const scores = spanScores([at(0, 100), at(50, 150), at(150, 250)], [at(0, 200)]);
    expect(scores).toEqual({ recall: 1, precision: 1, iou: 1 });
  });

  test('are never better than 1, nor worse than 0', () => {
    const passage = fc
      .record({
        start: fc.nat(300),
        length: fc.integer({ min: 1, max: 150 }),
        document: fc.constantFrom('a', 'b'),
      })
      .map(({ start, length, document }) => at(start, start + length, document));
    const passages = fc.array(passage, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(passages, passages, (found, gold) => {
        const scores = spanScores(found, gold);
        for (const score of Object.values(scores)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
        expect(scores.iou).toBeLessThanOrEqual(Math.min(scores.recall, scores.precision) + 1e-9);
      }),
    );
  });
});
