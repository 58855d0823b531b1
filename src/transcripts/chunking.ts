import type { Chapter } from '../schemas/chapters.ts';
import type { Segment } from '../schemas/segments.ts';
import { addedLength, chunkText } from './chunk-text.ts';
import { toUnits, type Unit } from './chunk-units.ts';
import { MAX_SPEAKER_LENGTH } from './speakers.ts';

/** A run of segments that is embedded and retrieved. `firstSegment` and `lastSegment` are indices. */
export type Chunk = {
  chunkIndex: number;
  chunkText: string;
  startMs: number | null;
  endMs: number | null;
  firstSegment: number;
  lastSegment: number;
};

/** The longest chunk text, in UTF-16 units. */
export const MAX_CHUNK_LENGTH = 4_000;
/** A silence longer than this, in ms, is a good place to cut. */
const PAUSE_MS = 700;
// A unit must fit a chunk of its own together with the longest possible `Speaker: `.
const MAX_UNIT_LENGTH = MAX_CHUNK_LENGTH - MAX_SPEAKER_LENGTH - ': '.length;

type Bounds = { min: number; target: number; max: number; tail: number };

/** How good it is to cut in front of `next`: higher is better. */
const cutStrength = (last: Unit, next: Unit | undefined): number => {
  if (!next) return 3;
  if (last.segment === next.segment) return 0;
  if (last.speaker !== next.speaker || last.chapter !== next.chapter) return 3;
  const pause = last.endMs !== null && next.startMs !== null ? next.startMs - last.endMs : 0;
  return pause > PAUSE_MS ? 2 : 1;
};

/**
 * Where the chunk that starts at `from` ends (exclusive): among the cuts that give it from `min`
 * to `max` words the strongest, and of those the nearest to the target. Where segments are so long
 * that no cut does, the nearest to the target of all, as far as `tail` words.
 */
const findEnd = (units: readonly Unit[], from: number, bounds: Bounds): number => {
  let best = { end: from + 1, strength: -1, distance: Number.POSITIVE_INFINITY };
  let words = 0;
  let length = 0;
  for (let at = from; at < units.length; at += 1) {
    const unit = units[at];
    if (!unit) break;
    length += addedLength(at > from ? units[at - 1] : undefined, unit);
    words += unit.words;
    if (at > from && (words > bounds.tail || length > MAX_CHUNK_LENGTH)) break;
    const inRange = words >= bounds.min && words <= bounds.max;
    const strength = inRange ? cutStrength(unit, units[at + 1]) : -1;
    const distance = Math.abs(words - bounds.target);
    // On a tie the longer chunk wins: units without words, such as "♪", stay with their words.
    if (strength > best.strength || (strength === best.strength && distance <= best.distance)) {
      best = { end: at + 1, strength, distance };
    }
    if (words > bounds.max) break;
  }
  return best.end;
};

const countUnitWords = (units: readonly Unit[]): number =>
  units.reduce((words, unit) => words + unit.words, 0);

const countLength = (units: readonly Unit[]): number =>
  units.reduce((length, { text }) => length + text.length, 0);

const fitsOneChunk = (units: readonly Unit[]): boolean =>
  units.reduce((sum, unit, index) => sum + addedLength(units[index - 1], unit), 0) <=
  MAX_CHUNK_LENGTH;

/**
 * Evens out the last two runs where the very last is too short: they become one where that stays
 * under `tail` words, else they are cut again, nearer to their middle.
 */
const joinTail = (before: readonly Unit[], tail: readonly Unit[], bounds: Bounds): Unit[][] => {
  const both = [...before, ...tail];
  const words = countUnitWords(both);
  if (words < bounds.tail && fitsOneChunk(both)) return [both];
  const middle = { ...bounds, target: words / 2, max: words - bounds.min };
  const end = findEnd(both, 0, middle);
  const rest = both.slice(end);
  return fitsOneChunk(rest) ? [both.slice(0, end), rest] : [[...before], [...tail]];
};

/** Cuts units into runs, and reads no more of them than it takes to cut the next. */
function* cutRuns(units: Iterable<Unit>, bounds: Bounds): Generator<Unit[]> {
  let open: Unit[] = [];
  let words = 0;
  let length = 0;
  const cut = (next?: Unit): Unit[] => {
    const end = findEnd(next ? [...open, next] : open, 0, bounds);
    const run = open.slice(0, end);
    open = open.slice(end);
    words -= countUnitWords(run);
    length -= countLength(run);
    return run;
  };
  for (const unit of units) {
    // More than a run can hold: only the unit behind it is needed to tell where to cut.
    while (words > bounds.max || length > MAX_CHUNK_LENGTH) yield cut(unit);
    open.push(unit);
    words += unit.words;
    length += unit.text.length;
  }
  while (open.length > 0) yield cut();
}

/** Groups units into runs, each of which is to be a chunk. */
function* groupUnits(units: Iterable<Unit>, bounds: Bounds): Generator<Unit[]> {
  let before: Unit[] | undefined;
  let tail: Unit[] | undefined;
  for (const run of cutRuns(units, bounds)) {
    if (before) yield before;
    before = tail;
    tail = run;
  }
  if (before && tail && countUnitWords(tail) < bounds.min) yield* joinTail(before, tail, bounds);
  else yield* [before, tail].filter((run) => run !== undefined);
}

const toChunk = (units: readonly Unit[], chunkIndex: number): Chunk => {
  const starts = units.flatMap(({ startMs }) => startMs ?? []);
  const ends = units.flatMap(({ endMs }) => endMs ?? []);
  return {
    chunkIndex,
    chunkText: chunkText(units),
    // Not those of the first and last unit: with two people talking at once, another may begin
    // earlier or end later. A chunk has at most 4,000 units, which is few enough to spread.
    startMs: starts.length === 0 ? null : Math.min(...starts),
    endMs: ends.length === 0 ? null : Math.max(...ends),
    firstSegment: units[0]?.segment ?? 0,
    lastSegment: units.at(-1)?.segment ?? 0,
  };
};

/**
 * Cuts a transcript into chunks of about `words` words (three quarters to five quarters of it), by
 * preference at changes of speaker, at chapters and at pauses over 700 ms, without overlap; see "Chunking" in the
 * transcript notes. Only a segment longer than a chunk is split. Every character of every segment
 * is in exactly one chunk, and no chunk is longer than 4,000 UTF-16 units. Tokens are not counted:
 * that takes longer than all the rest, and a chunk that is stored has been counted.
 *
 * @param segments Ordered by (start, end, position). Times in ms.
 * @param options.words The size of a chunk in words; 80 words are 25 to 45 s of speech.
 * @param options.chapters By rising start.
 * @returns One by one, each made when it is asked for: a long transcript takes a second, and its caller
 * can pause in between.
 */
export function* chunkSegments(
  segments: readonly Segment[],
  { words = 80, chapters = [] }: { words?: number; chapters?: readonly Chapter[] } = {},
): Generator<Chunk> {
  const target = Math.max(1, words);
  const bounds = { min: target * 0.75, target, max: target * 1.25, tail: target * 1.5 };
  const limits = { words: target, length: MAX_UNIT_LENGTH };
  const starts = chapters.map(({ startMs }) => startMs);
  const units = toUnits(segments, bounds.max, limits, starts);
  let index = 0;
  for (const run of groupUnits(units, bounds)) {
    yield toChunk(run, index);
    index += 1;
  }
}
