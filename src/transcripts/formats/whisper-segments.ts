import type { TranscriptFormat } from '../../schemas/receipts.ts';
import type { Recognition, Word } from '../../schemas/segments.ts';
import { collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { createCues, readElements, type TimedSegment } from './json-elements.ts';
import {
  checkEnd,
  type Fail,
  isFiniteNumber,
  readProbability,
  readSeconds,
  readSpeaker,
  readString,
} from './json-fields.ts';
import { isRecord } from './json-values.ts';
import { walkJson } from './json-walk.ts';
import { isTooLong, readWord, readWords } from './json-words.ts';
import { languageTag } from './language.ts';
import { createTimeOrder } from './time-order.ts';

const readRecognition = (value: Record<string, unknown>): Recognition => ({
  ...(isFiniteNumber(value.avg_logprob) ? { avgLogprob: value.avg_logprob } : {}),
  ...(isFiniteNumber(value.no_speech_prob)
    ? { noSpeechProb: Math.min(1, Math.max(0, value.no_speech_prob)) }
    : {}),
});

const readSegment = (value: unknown, fail: Fail, warnings: Warnings): TimedSegment => {
  if (!isRecord(value)) return fail('', 'is not an object');
  const startMs = readSeconds(value.start, '/start', fail);
  const endMs = readSeconds(value.end, '/end', fail);
  checkEnd(startMs, endMs, fail);
  const speaker = readSpeaker(value.speaker, fail);
  const recognition = readRecognition(value);
  const { avgLogprob } = recognition;
  const context = { readTime: readSeconds, startMs, speaker, fail, warnings };
  return {
    startMs,
    endMs,
    speaker,
    text: readString(value.text, '/text', fail),
    words: readWords(value.words, context),
    // The mean log probability of the tokens; whisper-timestamped gives the probability itself.
    confidence: readProbability(
      value.confidence,
      avgLogprob === undefined ? undefined : Math.exp(avgLogprob),
    ),
    ...(Object.keys(recognition).length > 0 ? { recognition } : {}),
  };
};

type Started = { startMs: number };

const byStart = (a: Started, b: Started): number => a.startMs - b.startMs;

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
 * Reads what Whisper and its relatives have in common: a list `segments`, in which times are
 * seconds, and perhaps a list `words` beside it.
 *
 * @param expected What the error says of a document without segments.
 * @throws AppError `unreadable_transcript` with the line and the segment's index; also where times
 * fall back, as they do in joined recordings that each start at zero.
 */
export function* readWhisperSegments(
  text: string,
  format: TranscriptFormat,
  expected: string,
): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const { cues, add } = createCues();
  const segments: TimedSegment[] = [];
  const words: Word[] = [];
  let language: unknown;
  const checkSegment = createTimeOrder();
  const checkWord = createTimeOrder();
  const readNext = (value: unknown, fail: Fail): void => {
    const segment = readSegment(value, fail, warnings);
    checkSegment(segment, fail);
    segments.push(segment);
    add(segment);
  };
  const readBeside = (value: unknown, fail: Fail): void => {
    const before = words.at(-1)?.endMs ?? 0;
    const context = { readTime: readSeconds, startMs: 0, speaker: null, fail, warnings };
    const word = readWord(value, before, context);
    if (!word) return;
    if (checkWord(word, fail)) warnings.add('words_out_of_order', null);
    if (!isTooLong(word.text, warnings)) words.push(word);
  };
  yield* walkJson(text, {
    members: {
      language: {
        value: (value) => {
          language = value;
        },
      },
      segments: readElements(text, '/segments', readNext),
      words: readElements(text, '/words', readBeside),
    },
  });
  if (segments.length === 0) throw unreadableLine(1, expected);
  yield;
  shareWords(words.toSorted(byStart), segments.toSorted(byStart));
  yield;
  return yield* collect(format, languageTag(language), cues, warnings);
}
