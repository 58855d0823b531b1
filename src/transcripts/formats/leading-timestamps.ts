import { MAX_MS } from '../limits.ts';

// `[00:12:34]`, `(12:34)`, `12:34`, with or without a fraction, and a dash behind it.
const LEADING =
  /^(?:\[([\d:.,]{4,16})\]|\(([\d:.,]{4,16})\)|([\d:.,]{4,16})(?=\s|$))\s*(?:[-–—]\s)?/;
const CLOCK = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?$/;

/** A line that begins with a time, in ms, and the text behind it. */
export type StampedLine = { startMs: number; text: string };

/**
 * Reads the time a line begins with: `[00:12:34]`, `(12:34)`, `12:34` or `1:02:03.500`.
 *
 * @returns undefined for a line that begins with anything else.
 */
export const readLeadingTimestamp = (line: string): StampedLine | undefined => {
  const match = LEADING.exec(line);
  const clock = CLOCK.exec(match?.[1] ?? match?.[2] ?? match?.[3] ?? '');
  if (!match || !clock) return undefined;
  const [, hours, minutes = '0', seconds = '0', fraction = '0'] = clock;
  // Without hours the minutes may run on: `75:30` is how some players count.
  if (Number(seconds) > 59 || (hours !== undefined && Number(minutes) > 59)) return undefined;
  const whole = (Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds);
  const startMs = whole * 1000 + Number(fraction.padEnd(3, '0'));
  return startMs <= MAX_MS ? { startMs, text: line.slice(match[0].length).trim() } : undefined;
};
