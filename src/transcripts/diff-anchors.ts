import type { Segment } from '../schemas/segments.ts';

/** The indices of two equal segments, in the older and in the newer list. */
export type Anchor = readonly [before: number, after: number];

const keyOf = ({ startMs, endMs, speaker, text }: Segment): string =>
  JSON.stringify([startMs, endMs, speaker, text]);

/** Segments after which a caller can pause: a few milliseconds of work. */
export const PAUSE_AFTER = 5_000;

/** The keys in order, and each with its index, or with -1 where it occurs more than once. */
function* keysOf(
  segments: readonly Segment[],
): Generator<undefined, { keys: string[]; places: Map<string, number> }> {
  const keys: string[] = [];
  const places = new Map<string, number>();
  for (const [index, segment] of segments.entries()) {
    const key = keyOf(segment);
    keys.push(key);
    places.set(key, places.has(key) ? -1 : index);
    if (keys.length % PAUSE_AFTER === 0) yield;
  }
  return { keys, places };
}

/**
 * The longest run of pairs in which both sides rise. Pairs come in the order of their first side;
 * patience sorting finds it in O(n log n) (https://en.wikipedia.org/wiki/Patience_sorting).
 */
const longestRising = (pairs: readonly Anchor[]): Anchor[] => {
  const tops: number[] = [];
  const previous = new Int32Array(pairs.length).fill(-1);
  for (const [index, [, after]] of pairs.entries()) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < after) low = middle + 1;
      else high = middle;
    }
    previous[index] = tops[low - 1] ?? -1;
    tops[low] = index;
  }
  const run: Anchor[] = [];
  for (let at = tops.at(-1) ?? -1; at !== -1; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair) run.push(pair);
  }
  return run.reverse();
};

/**
 * The segments that two revisions share, by rising index on both sides: those that occur once in
 * each, and the equal ones around them. This is Bram Cohen's patience diff, whose anchors are never
 * the many short "Yes." of a talk (https://bramcohen.livejournal.com/73318.html).
 *
 * @returns yields nothing, but often, so that its caller can pause in between
 */
export function* anchorsOf(
  before: readonly Segment[],
  after: readonly Segment[],
): Generator<undefined, Anchor[]> {
  const { keys: oldKeys, places: oldPlaces } = yield* keysOf(before);
  const { keys: newKeys, places: newPlaces } = yield* keysOf(after);
  const pairs: Anchor[] = [];
  for (const [key, index] of oldPlaces) {
    const place = newPlaces.get(key) ?? -1;
    if (index !== -1 && place !== -1) pairs.push([index, place]);
  }
  yield;
  const ends: Anchor = [before.length, after.length];
  const anchors: Anchor[] = [];
  let [i, j] = [0, 0];
  for (const [oldEnd, newEnd] of [...longestRising(pairs), ends]) {
    // Forwards from the last anchor, then backwards from this one.
    while (i < oldEnd && j < newEnd && oldKeys[i] === newKeys[j]) anchors.push([i++, j++]);
    const backwards: Anchor[] = [];
    let [x, y] = [oldEnd, newEnd];
    while (x > i && y > j && oldKeys[x - 1] === newKeys[y - 1]) backwards.push([--x, --y]);
    anchors.push(...backwards.reverse());
    if (oldEnd < before.length) anchors.push([oldEnd, newEnd]);
    [i, j] = [oldEnd + 1, newEnd + 1];
  }
  return anchors;
}
