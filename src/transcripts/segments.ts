import type { Recognition, Segment, Word } from '../schemas/segments.ts';
import { findUnstorable } from '../storable.ts';
import { collect } from './collect.ts';
import { storableProbability } from './confidence.ts';
import { MAX_MS, MAX_SEGMENTS } from './limits.ts';
import { normaliseNewlines } from './newlines.ts';
import type { ParsedTranscript } from './parsed-transcript.ts';
import { cleanSpeaker } from './speakers.ts';
import { eachInSteps, mapInSteps, type Steps } from './steps.ts';
import { onOneLine } from './text-lines.ts';
import { unreadableValue } from './unreadable.ts';
import { createWarnings } from './warnings.ts';

export { countWords } from './words.ts';

/** A segment as a caller may send it: anything but the text may be left out. */
export type SegmentInput = {
  startMs?: number | null | undefined;
  endMs?: number | null | undefined;
  speaker?: string | null | undefined;
  text: string;
  words?: Word[] | null | undefined;
  confidence?: number | null | undefined;
  recognition?: Recognition | null | undefined;
};

const checkTime = (value: number, path: string): number => {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_MS) return value;
  throw unreadableValue(path, `expected whole milliseconds from 0 to ${MAX_MS}, found ${value}`);
};

const checkSpan = (startMs: number, endMs: number, path: string): void => {
  checkTime(startMs, `${path}/startMs`);
  checkTime(endMs, `${path}/endMs`);
  if (endMs < startMs) {
    throw unreadableValue(
      `${path}/endMs`,
      `it ends at ${endMs} ms, before its start at ${startMs}`,
    );
  }
};

const checkConfidence = (value: number | null, path: string): number | null => {
  if (value === null) return null;
  if (value >= 0 && value <= 1) return storableProbability(value);
  throw unreadableValue(`${path}/confidence`, `expected a number from 0 to 1, found ${value}`);
};

const checkText = (text: string, path: string): string => {
  const unstorable = findUnstorable(text);
  if (unstorable) throw unreadableValue(path, unstorable.message);
  return normaliseNewlines(text).trim();
};

/** @param speaker of the segment; a word names its own only where it is another. */
const checkWord = (word: Word, speaker: string | null, path: string): Word => {
  checkSpan(word.startMs, word.endMs, path);
  checkText(word.text, `${path}/text`);
  checkConfidence(word.confidence, path);
  if (word.speaker === undefined) return word;
  const { speaker: given, ...rest } = word;
  const label = cleanSpeaker(checkText(given, `${path}/speaker`));
  return label === null || label === speaker ? rest : { ...rest, speaker: label };
};

const toSegment = (input: SegmentInput, path: string, timed: boolean): Segment => {
  const { startMs = null, endMs = null } = input;
  if (timed && startMs === null) {
    throw unreadableValue(`${path}/startMs`, 'either every segment has times or none has');
  }
  if ((startMs === null) !== (endMs === null)) {
    const missing = startMs === null ? 'startMs' : 'endMs';
    throw unreadableValue(`${path}/${missing}`, 'a segment has both times or neither');
  }
  if (startMs !== null && endMs !== null) checkSpan(startMs, endMs, path);
  const speaker = cleanSpeaker(checkText(input.speaker ?? '', `${path}/speaker`));
  return {
    startMs,
    endMs,
    speaker,
    text: checkText(input.text, `${path}/text`),
    words:
      input.words?.map((word, index) => checkWord(word, speaker, `${path}/words/${index}`)) ?? null,
    confidence: checkConfidence(input.confidence ?? null, path),
    ...(input.recognition ? { recognition: input.recognition } : {}),
  };
};

/**
 * Makes a transcript of segments that came as data. Text is trimmed, segments without text are
 * dropped, and the rest are ordered by (start, end, position), both with a warning.
 *
 * @param inputs Times are whole milliseconds; either all segments have both times, or none has any.
 * @throws AppError `unreadable_transcript` with the JSON pointer of the value at fault.
 */
export function* fromSegments(inputs: readonly SegmentInput[]): Steps<ParsedTranscript> {
  if (inputs.length > MAX_SEGMENTS) {
    throw unreadableValue('/segments', `there are more than ${MAX_SEGMENTS} segments`);
  }
  const timed = inputs.some(({ startMs }) => (startMs ?? null) !== null);
  const segments = yield* mapInSteps(inputs, (input, index) =>
    toSegment(input, `/segments/${index}`, timed),
  );
  if (segments.every(({ text }) => text === '')) {
    throw unreadableValue('/segments', 'at least one segment with text is expected');
  }
  const cues = segments.map((segment) => ({ segment, line: null }));
  return yield* collect('segments', null, cues, createWarnings());
}

/** One line per segment, with `Speaker: ` in front of the first line of each turn. */
export function* transcriptText(segments: readonly Segment[]): Steps<string> {
  let previous: string | null = null;
  const lines: string[] = [];
  yield* eachInSteps(segments, ({ speaker, text }) => {
    const line = onOneLine(text);
    lines.push(speaker !== null && speaker !== previous ? `${speaker}: ${line}` : line);
    previous = speaker;
  });
  return lines.join('\n');
}

/** The end of the last segment in ms, or null for a transcript without times. */
export const durationMs = (segments: readonly Segment[]): number | null => {
  let end: number | null = null;
  for (const { endMs } of segments) {
    if (endMs !== null && (end === null || endMs > end)) end = endMs;
  }
  return end;
};
