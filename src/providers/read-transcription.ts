import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isDeeperThan, storableJson } from '../storable.ts';
import { unusableAnswer } from './model-errors.ts';

const Seconds = Type.Number({ minimum: 0 });

/** What is beside these, such as probabilities, stays as it came. */
const Span = { start: Seconds, end: Seconds };
const SpokenWord = Type.Object({ word: Type.String(), ...Span });
const SpokenSegment = Type.Object({
  ...Span,
  text: Type.String(),
  speaker: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  words: Type.Optional(Type.Union([Type.Array(SpokenWord), Type.Null()])),
});

/**
 * `verbose_json` and `diarized_json` of OpenAI's protocol, as far as it is read here. Times are
 * seconds. An endpoint that knows neither answers with the text alone.
 * https://platform.openai.com/docs/api-reference/audio
 */
export const Transcription = Type.Object({
  text: Type.String(),
  language: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  /** Of the recording. Some endpoints write it as text, or leave it out. */
  duration: Type.Optional(Type.Unknown()),
  segments: Type.Optional(Type.Union([Type.Array(SpokenSegment), Type.Null()])),
  words: Type.Optional(Type.Union([Type.Array(SpokenWord), Type.Null()])),
});
export type Transcription = Static<typeof Transcription>;

/** Of what one request can be about: a week. */
const LONGEST_MS = 7 * 86_400_000;

/** Levels of an answer; what is read has four. */
const MOST_LEVELS = 100;

const schema = Compile(Transcription);

/**
 * Checks an answer. What is no text, NUL and halves of surrogate pairs, is replaced.
 *
 * @throws AppError `model_failed` for what is no transcription
 */
export function readTranscription(given: unknown): Transcription {
  if (isDeeperThan(MOST_LEVELS, given)) {
    throw unusableAnswer(`an answer of more than ${MOST_LEVELS} levels`);
  }
  const answer = storableJson(given);
  if (schema.Check(answer)) return answer;
  const [first] = schema.Errors(answer);
  throw unusableAnswer(`no transcription: ${first?.instancePath} ${first?.message}`);
}

/**
 * How long a recording is by what was answered: the duration that the endpoint tells, else the end of
 * what was said last. What is longer than any recording is not believed.
 *
 * @returns ms; null where the answer has no times
 */
export function heardMs({ duration, segments, words }: Transcription): number | null {
  const ends = [...(segments ?? []), ...(words ?? [])].map(({ end }) => end);
  const told = duration === null || duration === '' ? Number.NaN : Number(duration);
  const last = ends.reduce((latest, end) => Math.max(latest, end), 0);
  const lengths = [told, last].map((seconds) => Math.round(seconds * 1_000));
  return lengths.find((ms) => ms > 0 && ms <= LONGEST_MS) ?? null;
}
