import { expect, test } from 'vitest';
import { findQualityWarnings } from '../../../src/jobs/recordings/quality-warnings.ts';

const said = (startMs: number, endMs: number, text: string) => ({
  ...{ startMs, endMs, text, speaker: null, words: null, confidence: null },
});

test('a minute without words is told, also at the beginning and at the end', () => {
  const segments = [said(60_000, 61_000, 'Hello.'), said(100_000, 101_000, 'Still here.')];
  expect(findQualityWarnings(segments, 161_000)).toEqual([
    { code: 'gap', startMs: 0, endMs: 60_000 },
    { code: 'gap', startMs: 101_000, endMs: 161_000 },
  ]);
});

test('the same sentence three times and more is told once', () => {
  const segments = [0, 1, 2, 3].map((at) => said(at * 1_000, at * 1_000 + 900, 'Thank you.'));
  const rest = [said(4_000, 5_000, 'Thank you'), said(5_000, 6_000, 'Now then.')];
  expect(findQualityWarnings([...segments, ...rest], 6_000)).toEqual([
    { code: 'repeated_text', startMs: 0, endMs: 5_000 },
  ]);
});

test('one text for all of a long recording is told', () => {
  expect(findQualityWarnings([said(0, 600_000, 'All of it.')], 600_000)).toEqual([
    { code: 'no_times', startMs: 0, endMs: 600_000 },
  ]);
});
