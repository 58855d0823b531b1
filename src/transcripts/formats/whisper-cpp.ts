import { collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { createCues, readElements, type TimedSegment } from './json-elements.ts';
import { checkEnd, type Fail, readMilliseconds, readSpeaker, readString } from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { walkJson } from './json-walk.ts';
import { languageTag } from './language.ts';
import { createTimeOrder } from './time-order.ts';
import { readTokens } from './whisper-cpp-tokens.ts';

const EXPECTED =
  'expected whisper.cpp JSON: an object with a list "transcription" of {"offsets": {"from": 0, "to": 1500}, "text": "…"}';

const readSegment = (value: unknown, fail: Fail, warnings: Warnings): TimedSegment => {
  if (!isRecord(value)) return fail('', 'is not an object');
  const offsets = isRecord(value.offsets) ? value.offsets : {};
  const startMs = readMilliseconds(offsets.from, '/offsets/from', fail);
  const endMs = readMilliseconds(offsets.to, '/offsets/to', fail);
  checkEnd(startMs, endMs, fail);
  const speaker = readSpeaker(value.speaker, fail);
  return {
    startMs,
    endMs,
    // With `--diarize` it compares two channels, and writes a question mark where both are alike.
    speaker: speaker === '?' ? null : speaker,
    text: readString(value.text, '/text', fail),
    ...readTokens(value.tokens, fail, warnings),
  };
};

/**
 * Reads the JSON of whisper.cpp (`--output-json`, and `--output-json-full` with tokens,
 * https://github.com/ggml-org/whisper.cpp). Times are milliseconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the segment's index; also where times
 * fall back, as they do in joined recordings that each start at zero.
 */
export function* readWhisperCpp(text: string): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const { cues, add } = createCues();
  let language: unknown;
  const checkOrder = createTimeOrder();
  const readNext = (value: unknown, fail: Fail): void => {
    const segment = readSegment(value, fail, warnings);
    checkOrder(segment, fail, '/offsets/from');
    add(segment);
  };
  const readLanguage = (value: unknown): void => {
    language = value;
  };
  yield* walkJson(text, {
    members: {
      result: { members: { language: { value: readLanguage } } },
      transcription: readElements(text, '/transcription', readNext),
    },
  });
  if (cues.length === 0) throw unreadableLine(1, EXPECTED);
  return yield* collect('whisper_cpp', languageTag(language), cues, warnings);
}
