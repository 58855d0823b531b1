import { MAX_MS } from '../limits.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import { parseTtmlTime, type TtmlRates } from './ttml-times.ts';
import type { XmlElement } from './xml-events.ts';

/** When an element is shown, in ms; `endMs` is null where nothing says. */
export type Interval = {
  startMs: number;
  endMs: number | null;
  /** Whether the element has times of its own. */
  timed: boolean;
  /** Where the next child begins, of an element whose children follow each other. */
  next: number | null;
};

/** The whole recording. */
export const EVERYTHING: Interval = { startMs: 0, endMs: null, timed: false, next: null };

const readTime = (
  element: XmlElement,
  name: 'begin' | 'end' | 'dur',
  rates: TtmlRates,
  line: number,
): number | null => {
  const value = element.attributes[name];
  if (value === undefined) return null;
  const ms = parseTtmlTime(value, rates);
  if (ms !== undefined) return ms;
  throw unreadableLine(line, `expected a time in the attribute "${name}", found ${quoted(value)}`);
};

const earliest = (...ends: (number | null)[]): number | null => {
  const known = ends.filter((end) => end !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/**
 * The interval of an element: its times count from the begin of its parent, or, in a parent with
 * `timeContainer="seq"`, from the end of the sibling in front of it. It ends with its parent at the
 * latest (https://www.w3.org/TR/ttml1/#timing-time-intervals).
 *
 * @throws AppError `unreadable_transcript` with the line, for a time that is none, and for an end
 * before the begin.
 */
export const intervalOf = (
  element: XmlElement,
  parent: Interval,
  rates: TtmlRates,
  line: number,
): Interval => {
  const begin = readTime(element, 'begin', rates, line);
  const end = readTime(element, 'end', rates, line);
  const duration = readTime(element, 'dur', rates, line);
  const base = parent.next ?? parent.startMs;
  const startMs = Math.min(MAX_MS, base + (begin ?? 0));
  const ownEnd = earliest(
    end === null ? null : base + end,
    duration === null ? null : startMs + duration,
    MAX_MS,
  );
  const timed = begin !== null || end !== null || duration !== null;
  if (ownEnd !== null && ownEnd < startMs) {
    throw unreadableLine(line, `<${element.name}> ends before it begins`);
  }
  const given = end !== null || duration !== null ? ownEnd : null;
  const endMs = earliest(given, parent.endMs);
  if (parent.next !== null) parent.next = endMs ?? startMs;
  const isSequence = element.attributes.timeContainer === 'seq';
  // What begins when its parent has ended is never shown; its text is kept, at that moment.
  return {
    startMs,
    endMs: endMs === null ? null : Math.max(endMs, startMs),
    timed,
    next: isSequence ? startMs : null,
  };
};
