import { MAX_MS } from '../limits.ts';

const TIMESTAMP = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?$/;

/** How SRT times look; quoted in errors. */
export const SRT_RANGE = '00:01:02,500 --> 00:01:04,000';
/** How VTT times look; quoted in errors. */
export const VTT_RANGE = '00:01:02.500 --> 00:01:04.000';

/**
 * Reads `hh:mm:ss,mmm`, `mm:ss.mmm` and what lies between: hours are optional, the fraction may be
 * missing, begin with a comma or a point, and is cut to milliseconds.
 *
 * @returns Milliseconds, or undefined when this is no time, or one that cannot be stored.
 */
export const parseTimestamp = (text: string): number | undefined => {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const ms = whole * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return ms <= MAX_MS ? ms : undefined;
};

/** Times in ms, in the order in which they were written. */
export type TimeRange = { startMs: number; endMs: number };

// A range is short; anything longer is text, and is not worth the search.
const LONGEST_RANGE = 1_000;

/** Reads `start --> end`, with or without cue settings behind it; undefined for any other line. */
export const parseTimeRange = (line: string): TimeRange | undefined => {
  const arrow = line.slice(0, LONGEST_RANGE).indexOf('-->');
  if (arrow === -1) return undefined;
  const startMs = parseTimestamp(line.slice(0, arrow).trim());
  const rest = line.slice(arrow + '-->'.length, LONGEST_RANGE).trim();
  const endMs = parseTimestamp(rest.split(/\s/, 1)[0] ?? '');
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
};

/**
 * Writes `hh:mm:ss` and the milliseconds behind `separator`; without one, whole seconds.
 *
 * @param ms Milliseconds from the start of the recording.
 */
export const formatTimestamp = (ms: number, separator?: ',' | '.'): string => {
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const seconds = Math.floor(ms / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const text = clock.map((value) => pad(value, 2)).join(':');
  return separator === undefined ? text : `${text}${separator}${pad(ms % 1000, 3)}`;
};
