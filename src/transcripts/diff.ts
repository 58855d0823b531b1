import type { Segment } from '../schemas/segments.ts';
import { anchorsOf, PAUSE_AFTER } from './diff-anchors.ts';

/** A segment with its place in its revision. */
export type PlacedSegment = Segment & { position: number };

/** One segment that was added, removed, or replaced by another one of about the same time. */
export type SegmentChange =
  | { kind: 'added'; before: null; after: PlacedSegment }
  | { kind: 'removed'; before: PlacedSegment; after: null }
  | { kind: 'changed'; before: PlacedSegment; after: PlacedSegment };

const place = (segments: readonly Segment[], from: number, to: number): PlacedSegment[] =>
  segments.slice(from, to).map((segment, index) => ({ ...segment, position: from + index }));

/** Two utterances are one and the same moment when either begins while the other lasts. */
const sameMoment = (a: Segment, b: Segment): boolean => {
  if (a.startMs === null || b.startMs === null) return true;
  return (
    (a.startMs >= b.startMs && a.startMs < Math.max(b.endMs ?? 0, b.startMs + 1)) ||
    (b.startMs >= a.startMs && b.startMs < Math.max(a.endMs ?? 0, a.startMs + 1))
  );
};

const removed = (before: PlacedSegment): SegmentChange => ({
  kind: 'removed',
  before,
  after: null,
});
const added = (after: PlacedSegment): SegmentChange => ({ kind: 'added', before: null, after });

/** Pairs what stands between two anchors by time; without times by its order. */
function* pairUp(before: PlacedSegment[], after: PlacedSegment[]): Generator<SegmentChange> {
  let i = 0;
  let j = 0;
  for (;;) {
    const old = before[i];
    const young = after[j];
    if (!old || !young) break;
    if (sameMoment(old, young)) {
      yield { kind: 'changed', before: old, after: young };
      i += 1;
      j += 1;
    } else if ((old.startMs ?? 0) < (young.startMs ?? 0)) {
      yield removed(old);
      i += 1;
    } else {
      yield added(young);
      j += 1;
    }
  }
  for (const old of before.slice(i)) yield removed(old);
  for (const young of after.slice(j)) yield added(young);
}

/**
 * What changed between two revisions, in the order of their segments. Segments are the same when
 * times, speaker and text are. Takes O(n log n) time, also where nothing is alike.
 *
 * @param before the segments of the older revision, in order
 * @param after those of the newer one
 * @returns now and then undefined, where a caller can pause: an hour of speech takes milliseconds,
 *   and a whole week more than a second
 */
export function* diffSegments(
  before: readonly Segment[],
  after: readonly Segment[],
): Generator<SegmentChange | undefined> {
  let i = 0;
  let j = 0;
  const anchors = yield* anchorsOf(before, after);
  for (const [at, [oldIndex, newIndex]] of anchors.entries()) {
    if (at % PAUSE_AFTER === PAUSE_AFTER - 1) yield;
    yield* pairUp(place(before, i, oldIndex), place(after, j, newIndex));
    i = oldIndex + 1;
    j = newIndex + 1;
  }
  yield* pairUp(place(before, i, before.length), place(after, j, after.length));
}
