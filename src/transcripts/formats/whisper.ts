import type { Segment, Word } from '../../schemas/segments.ts';
import { type Cue, checkCount, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { cleanSpeaker } from '../speakers.ts';
import { unreadableLine } from '../unreadable.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { lineOfElement } from './json-lines.ts';
import { isRecord, parseJson } from './json-values.ts';
import { languageTag } from './language.ts';
import { type Fail, readProbability, readSeconds, readString } from './whisper-values.ts';
import { readWords } from './whisper-words.ts';

const EXPECTED =
  'expected Whisper JSON: an object with a list "segments" of {"start": 1.5, "end": 4, "text": "…"}';

type TimedSegment = Segment & { startMs: number; endMs: number };

const readSpeaker = (value: unknown, fail: Fail): string | null => {
  if (value === undefined || value === null) return null;
  return cleanSpeaker(readString(typeof value === 'number' ? `${value}` : value, '/speaker', fail));
};

const readSegment = (value: unknown, fail: Fail, warnings: Warnings): TimedSegment => {
  if (!isRecord(value)) return fail('', 'is not an object');
  const startMs = readSeconds(value.start, '/start', fail);
  const endMs = readSeconds(value.end, '/end', fail);
  if (endMs < startMs) return fail('/end', `is ${value.end} s, before the start`);
  const logProbability = value.avg_logprob;
  return {
    startMs,
    endMs,
    speaker: readSpeaker(value.speaker, fail),
    text: readString(value.text, '/text', fail),
    words: readWords(value.words, startMs, fail, warnings),
    // The mean log probability of the tokens; whisper-timestamped gives the probability itself.
    confidence: readProbability(
      value.confidence,
      typeof logProbability === 'number' ? Math.exp(logProbability) : undefined,
    ),
  };
};

/** OpenAI's `verbose_json` lists words beside the segments; each goes to the one it starts in. */
const shareWords = (words: readonly Word[], segments: readonly TimedSegment[]): void => {
  let next = 0;
  for (const [index, segment] of segments.entries()) {
    const limit = segments[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const own: Word[] = [];
    for (let word = words[next]; word && word.startMs < limit; word = words[next]) {
      own.push(word);
      next += 1;
    }
    if (own.length > 0) segment.words ??= own;
  }
};

/**
 * Reads the JSON of Whisper and its relatives (openai-whisper, faster-whisper, WhisperX,
 * whisper-timestamped, OpenAI's `verbose_json` and `diarized_json`). Times are seconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the segment's index; also where times
 * fall back, as they do in joined recordings that each start at zero.
 */
export const readWhisper = (text: string): ParsedTranscript => {
  const document = parseJson(text);
  const list = isRecord(document) ? document.segments : undefined;
  if (!isRecord(document) || !Array.isArray(list)) throw unreadableLine(1, EXPECTED);
  checkCount(list.length, null);
  const warnings = createWarnings();
  const failAt =
    (index: number): Fail =>
    (name, message) => {
      const line = lineOfElement(text, 'segments', index);
      throw unreadableLine(line, `/segments/${index}${name} ${message}`);
    };
  let previous = 0;
  const segments = list.map((value: unknown, index) => {
    const fail = failAt(index);
    const segment = readSegment(value, fail, warnings);
    if (segment.startMs < previous) {
      fail('/start', `falls back from ${previous / 1000} s to ${segment.startMs / 1000} s`);
    }
    previous = segment.startMs;
    return segment;
  });
  const failWords: Fail = (name, message) => {
    throw unreadableLine(1, `${name} ${message}`);
  };
  shareWords(readWords(document.words, 0, failWords, warnings) ?? [], segments);
  const cues = segments.map((segment): Cue => ({ segment, line: null }));
  return collect('whisper', languageTag(document.language), cues, warnings);
};
