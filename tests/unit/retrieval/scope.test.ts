import { expect, test } from 'vitest';
import { spanInScope } from '../../../src/retrieval/scope.ts';

const RANGE = { transcriptId: 't', startMs: 1_000, endMs: 2_000 };

test('without time ranges every span is in scope', () => {
  expect(spanInScope({}, 't', { startMs: null, endMs: null })).toBe(true);
});

test('a span is in a range when they overlap, not when they touch', () => {
  const inScope = (startMs: number, endMs: number, transcriptId = 't') =>
    spanInScope({ timeRanges: [RANGE] }, transcriptId, { startMs, endMs });
  expect(inScope(0, 999)).toBe(false);
  expect(inScope(0, 1_000)).toBe(false);
  expect(inScope(0, 1_001)).toBe(true);
  expect(inScope(1_000, 1_000)).toBe(true);
  expect(inScope(1_500, 1_600)).toBe(true);
  expect(inScope(1_999, 3_000)).toBe(true);
  expect(inScope(2_000, 3_000)).toBe(false);
  expect(inScope(1_500, 1_600, 'another')).toBe(false);
});

test('what has no times is in no range', () => {
  expect(spanInScope({ timeRanges: [RANGE] }, 't', { startMs: null, endMs: null })).toBe(false);
});
