import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { modelFailed } from './model-errors.ts';

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
  segments: Type.Optional(Type.Union([Type.Array(SpokenSegment), Type.Null()])),
  words: Type.Optional(Type.Union([Type.Array(SpokenWord), Type.Null()])),
});
export type Transcription = Static<typeof Transcription>;

const schema = Compile(Transcription);

/** Checks an answer. @throws AppError `model_failed` for what is no transcription */
export function readTranscription(answer: unknown): Transcription {
  if (schema.Check(answer)) return answer;
  const [first] = schema.Errors(answer);
  throw modelFailed(`no transcription: ${first?.instancePath} ${first?.message}`);
}
