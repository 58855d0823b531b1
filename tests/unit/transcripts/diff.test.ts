import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/schemas/segments.ts';
import { diffSegments } from '../../../src/transcripts/diff.ts';
import { timedSegments } from './arbitraries.ts';
import { segment, talk } from './factories.ts';

const diff = (before: Segment[], after: Segment[]) =>
  [...diffSegments(before, after)].filter((change) => change !== undefined);
const untimed = (text: string) => segment({ startMs: null, endMs: null, text });

describe('the difference of two revisions', () => {
  it('is nothing between a revision and itself', () => {
    expect(diff(talk(50, 5), talk(50, 5))).toEqual([]);
  });

  it('is the corrected segment alone, with its place', () => {
    const before = talk(50, 5);
    const after = before.map((one, at) => (at === 20 ? { ...one, text: 'Corrected.' } : one));
    expect(diff(before, after)).toEqual([
      {
        kind: 'changed',
        before: { ...before[20], position: 20 },
        after: { ...after[20], position: 20 },
      },
    ]);
  });

  it('is made with pauses, the more of them the more segments there are', () => {
    const pauses = (segments: Segment[]) =>
      [...diffSegments(segments, segments)].filter((change) => change === undefined).length;
    expect(pauses(talk(20_000, 1))).toBeGreaterThanOrEqual(12);
    expect(pauses(talk(40_000, 1))).toBeGreaterThanOrEqual(24);
  });

  it('tells added from removed segments', () => {
    const [a, b, c] = talk(3, 2) as [Segment, Segment, Segment];
    expect(diff([a, c], [a, b, c])).toEqual([
      { kind: 'added', before: null, after: { ...b, position: 1 } },
    ]);
    expect(diff([a, b, c], [a, c])).toEqual([
      { kind: 'removed', before: { ...b, position: 1 }, after: null },
    ]);
  });

  it('pairs segments of the same moment where everything is worded differently', () => {
    const before = talk(4, 3);
    const after = before
      .map((one) => ({ ...one, startMs: (one.startMs ?? 0) + 400, text: one.text.toUpperCase() }))
      .filter((_, index) => index !== 1);
    expect(diff(before, after).map(({ kind }) => kind)).toEqual([
      'changed',
      'removed',
      'changed',
      'changed',
    ]);
  });

  it('goes by order where there are no times', () => {
    const before = ['One', 'Two', 'Yes', 'Yes'].map(untimed);
    const after = ['One', 'Too', 'Yes', 'Yes', 'Yes'].map(untimed);
    expect(diff(before, after).map(({ kind, after: now }) => [kind, now?.text])).toEqual([
      ['changed', 'Too'],
      ['added', 'Yes'],
    ]);
  });

  it('takes the older revision to the newer one, whatever they are', () => {
    const lists = timedSegments(fc.constantFrom('Yes.', 'No.', 'A longer remark.'));
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const changes = diff(before, after);
        const gone = new Set(changes.map((change) => change.before?.position));
        const come = new Set(changes.map((change) => change.after?.position));
        const keptBefore = before.filter((_, at) => !gone.has(at));
        const keptAfter = after.filter((_, at) => !come.has(at));
        expect(keptBefore).toEqual(keptAfter);
        for (const change of changes) {
          if (change.before)
            expect(before[change.before.position]).toMatchObject({ text: change.before.text });
          if (change.after)
            expect(after[change.after.position]).toMatchObject({ text: change.after.text });
        }
        const places = changes.flatMap((change) => change.after?.position ?? []);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of a large part kept and a small part changed is small', () => {
    const before = talk(20_000, 3);
    const after = before.flatMap((one, at) => (at % 5_000 === 7 ? [] : [one]));
    expect(diff(before, after).map((change) => change.before?.position)).toEqual([
      7, 5_007, 10_007, 15_007,
    ]);
  });
});
