import { MAX_SEGMENT_LENGTH } from '../limits.ts';
import type { Steps } from '../steps.ts';
import { quoted, unreadableLine } from '../unreadable.ts';
import type { Warnings } from '../warnings.ts';
import { createLineReader, type LineReader } from './lines.ts';
import { parseTimeRange, type TimeRange, VTT_RANGE } from './timestamps.ts';

/** A cue as it stands in the file; `line` is that of its times, `lines` are those below. */
export type VttCue = TimeRange & { line: number; lines: string[] };

const HEADER = /^WEBVTT(?:[ \t]|$)/;
const COMMENT = /^NOTE(?:[ \t]|$)/;
const DEFINITION = /^(?:STYLE|REGION)[ \t]*$/;

/** Cues that are read in a step. */
const STEP = 16;

const isArrow = (line: string | undefined): boolean => line?.includes('-->') ?? false;

/** Reads on to the end of a block: a truly empty line (a space is content), or the end. */
const skipBlock = (reader: LineReader): void => {
  while (reader.current() !== undefined && reader.current() !== '') reader.next();
};

/** Reads the lines of the header, and stands on what comes behind it. */
const readHeader = (reader: LineReader): string[] => {
  while (reader.next()?.trim() === '');
  const first = reader.current();
  if (first === undefined || !HEADER.test(first)) {
    throw unreadableLine(reader.number(), `expected WEBVTT, found ${quoted(first ?? '')}`);
  }
  const lines: string[] = [];
  for (let line = reader.next(); line && !isArrow(line); line = reader.next()) lines.push(line);
  return lines;
};

/** Reads a cue whose times are the current line, and stands on the line behind it. */
const readCue = (reader: LineReader): VttCue => {
  const header = reader.current() ?? '';
  const line = reader.number();
  const range = parseTimeRange(header);
  if (!range) {
    throw unreadableLine(line, `expected a time range like ${VTT_RANGE}, found ${quoted(header)}`);
  }
  if (range.endMs < range.startMs) {
    throw unreadableLine(line, `the cue ends before it starts: ${quoted(header)}`);
  }
  const lines: string[] = [];
  let length = 0;
  // The text of a cue cannot hold an arrow: with one, a blank line is missing.
  for (let next = reader.next(); next && !isArrow(next); next = reader.next()) {
    lines.push(next);
    length += next.length + 1;
    if (length > MAX_SEGMENT_LENGTH) {
      throw unreadableLine(line, `the cue has more than ${MAX_SEGMENT_LENGTH} characters`);
    }
  }
  return { ...range, line, lines };
};

/** Reads the block that begins with the current line; undefined for one that is no cue. */
const readBlock = (reader: LineReader, warnings: Warnings): VttCue | undefined => {
  const first = reader.current() ?? '';
  const line = reader.number();
  if (COMMENT.test(first)) {
    skipBlock(reader);
    return undefined;
  }
  if (isArrow(first)) return readCue(reader);
  if (isArrow(reader.next())) return readCue(reader);
  if (!DEFINITION.test(first)) warnings.add('text_outside_cue', line);
  skipBlock(reader);
  return undefined;
};

/**
 * Cuts WebVTT into the lines of its header and its cues, in the order of the file. NOTE, STYLE and
 * REGION blocks are skipped; so are blocks without times, with a warning.
 *
 * @throws AppError `unreadable_transcript` with the line, where the header is missing, or times
 * cannot be read or run backwards.
 */
export function* readVttCues(
  text: string,
  warnings: Warnings,
): Steps<{ header: string[]; cues: VttCue[] }> {
  const reader = createLineReader(text);
  const header = readHeader(reader);
  const cues: VttCue[] = [];
  while (reader.current() !== undefined) {
    if (reader.current()?.trim() === '') {
      reader.next();
    } else {
      const cue = readBlock(reader, warnings);
      if (cue) cues.push(cue);
      if (cues.length % STEP === 0) yield;
    }
  }
  return { header, cues };
}
