import type { Segment } from '../../schemas/segments.ts';
import { type Cue, checkCount } from '../collect.ts';
import { lineAt, unreadableLine } from '../unreadable.ts';
import type { VisitElement } from './json-batch.ts';
import type { Fail } from './json-fields.ts';
import type { Wanted } from './json-walk.ts';

/** A segment of a format in which every segment has times. */
export type TimedSegment = Segment & { startMs: number; endMs: number };

/**
 * Reads the elements of a list in their order. A mistake is told with its line and its path.
 *
 * @param pointer Where the list is, such as `/results/utterances`.
 */
export const readElements = (
  text: string,
  pointer: string,
  read: (value: unknown, fail: Fail, index: number) => void,
): Wanted => {
  let index = 0;
  let offset = 0;
  const fail: Fail = (name, message) => {
    throw unreadableLine(lineAt(text, offset), `${pointer}/${index}${name} ${message}`);
  };
  const elements: VisitElement = (value, place, start) => {
    index = place;
    offset = start;
    read(value, fail, place);
  };
  return { elements };
};

/** Gathers segments as cues, and refuses more of them than a transcript may have. */
export const createCues = () => {
  const cues: Cue[] = [];
  return {
    cues,
    add(segment: Segment): void {
      checkCount(cues.length + 1, null);
      cues.push({ segment, line: null });
    },
  };
};
