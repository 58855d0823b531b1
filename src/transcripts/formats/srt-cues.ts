import { quoted, unreadableLine } from '../unreadable.ts';
import { createLineReader } from './lines.ts';
import { parseTimeRange, SRT_RANGE, type TimeRange } from './timestamps.ts';

/** A cue as it stands in the file; `line` is that of its times, `lines` are those below. */
export type SrtCue = TimeRange & { line: number; lines: string[] };

type OpenCue = SrtCue & { counter: number | undefined };

const COUNTER = /^\s*\d{1,9}\s*$/;

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

/** The counter the last line would be, where the next cue could begin behind it. */
const pendingCounter = (open: OpenCue | undefined, body: string[]): number | undefined => {
  const last = body.findLastIndex((line) => !isBlank(line));
  const text = body[last] ?? '';
  if (last === -1 || !COUNTER.test(text)) return undefined;
  const counter = Number(text);
  const follows = open?.counter !== undefined && counter === open.counter + 1;
  const standsAlone = isBlank(body[last - 1]) && (open === undefined || last > 0);
  return follows || standsAlone ? counter : undefined;
};

/**
 * Whether a line with two times begins a cue. It does after a blank line or a counter; in a file
 * without counters, also after text. Else it is something that was said, or shown on a screen.
 */
const beginsCue = (open: OpenCue | undefined, body: string[]): boolean => {
  if (open === undefined || pendingCounter(open, body) !== undefined) return true;
  if (body.length === 0) return false;
  return isBlank(body.at(-1)) || open.counter === undefined;
};

/** Whether `line`, which is no time range, stands where only a time range can. */
const isMissingTimes = (open: OpenCue | undefined, body: string[], line: string): boolean => {
  if (open === undefined) return body.length > 0;
  const counter = pendingCounter(open, body);
  const afterBlank = body.length > 0 && isBlank(body.at(-1));
  if (line.includes('-->')) return counter !== undefined || afterBlank;
  // A number that only happens to stand alone is text; the next counter of the file is not.
  const isNext = open.counter !== undefined && counter === open.counter + 1;
  return isNext && !afterBlank && isBlank(body.at(-2)) && body.length > 1;
};

/**
 * Cuts SubRip text into cues, in the order of the file. Each is told when the next one begins.
 *
 * @throws AppError `unreadable_transcript` with the line, where a time range is missing, cannot be
 * read, or ends before it starts.
 */
export function* eachSrtCue(text: string): Generator<SrtCue> {
  const reader = createLineReader(text);
  let open: OpenCue | undefined;
  let body: string[] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const range = parseTimeRange(line);
    if (range && beginsCue(open, body)) {
      if (range.endMs < range.startMs) {
        throw unreadableLine(reader.number(), `the cue ends before it starts: ${quoted(line)}`);
      }
      const counter = pendingCounter(open, body);
      if (counter !== undefined) body.splice(body.findLastIndex((last) => !isBlank(last)));
      if (open) yield open;
      body = [];
      open = { ...range, line: reader.number(), lines: body, counter };
    } else if (isBlank(line)) {
      // One blank line says as much as a million of them.
      if (body.length > 0 && body.at(-1) !== '') body.push('');
    } else {
      if (isMissingTimes(open, body, line) || (!open && !COUNTER.test(line))) {
        const found = quoted(line);
        throw unreadableLine(
          reader.number(),
          `expected a time range like ${SRT_RANGE}, found ${found}`,
        );
      }
      body.push(line);
    }
  }
  if (open) yield open;
}
