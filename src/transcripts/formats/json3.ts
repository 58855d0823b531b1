import { findUnstorable } from '../../storable.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { readElements } from './json-elements.ts';
import { type Fail, isMissing, readMilliseconds } from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { walkJson } from './json-walk.ts';
import { createYouTubeCues, type YouTubeCaption } from './youtube-cues.ts';
import type { YouTubePiece } from './youtube-words.ts';

const EXPECTED =
  'expected json3 captions of YouTube: an object with a list "events" of {"tStartMs": 1500, "dDurationMs": 2500, "segs": [{"utf8": "…"}]}';

const readPiece = (value: unknown, name: string, fail: Fail): YouTubePiece => {
  if (!isRecord(value)) return fail(name, 'is not an object');
  const { utf8 = '', tOffsetMs, acAsrConf } = value;
  if (typeof utf8 !== 'string') return fail(`${name}/utf8`, 'is not a string');
  const unstorable = findUnstorable(utf8);
  if (unstorable) return fail(`${name}/utf8`, `cannot be stored: ${unstorable.message}`);
  return {
    text: utf8,
    offsetMs: isMissing(tOffsetMs) ? null : readMilliseconds(tOffsetMs, `${name}/tOffsetMs`, fail),
    certainty: typeof acAsrConf === 'number' ? acAsrConf : 0,
  };
};

/** Undefined for an event that is no caption. */
const readCaption = (event: Record<string, unknown>, fail: Fail): YouTubeCaption | undefined => {
  const { segs, tStartMs, dDurationMs, aAppend } = event;
  if (isMissing(segs)) return undefined;
  if (!Array.isArray(segs)) return fail('/segs', 'is not a list');
  const pieces = segs.map((piece: unknown, index) => readPiece(piece, `/segs/${index}`, fail));
  if (aAppend === 1 && pieces.every(({ text }) => text.trim() === '')) return undefined;
  return {
    startMs: readMilliseconds(tStartMs, '/tStartMs', fail),
    durationMs: isMissing(dDurationMs) ? null : readMilliseconds(dDurationMs, '/dDurationMs', fail),
    pieces,
    line: null,
  };
};

/**
 * Reads the `json3` captions of YouTube. Events without text are windows, and those that append hold
 * a newline: neither is a caption. A word starts at `tStartMs + tOffsetMs`.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the event's index.
 */
export function* readJson3(text: string): Steps<ParsedTranscript> {
  const { add, finish } = createYouTubeCues('json3');
  let events = 0;
  const readEvent = (value: unknown, fail: Fail): void => {
    events += 1;
    const caption = isRecord(value) ? readCaption(value, fail) : fail('', 'is not an object');
    if (caption) add(caption);
  };
  yield* walkJson(text, { members: { events: readElements(text, '/events', readEvent) } });
  if (events === 0) throw unreadableLine(1, EXPECTED);
  return yield* finish(null);
}
