import { type Static, Type } from 'typebox';
import { ApiKey, BaseUrl, FurtherHeaders, Retries, readEndpoint } from './endpoints.ts';
import { Milliseconds } from './milliseconds.ts';

/** The endpoint that makes text of speech, and how long it may take. */
export const speechSettings = {
  STT_BASE_URL: BaseUrl('Server of speech to text that speaks OpenAI’s protocol. Default: none.'),
  STT_API_KEY: ApiKey,
  STT_HEADERS: FurtherHeaders,
  STT_MODEL: Type.Optional(
    Type.String({ maxLength: 255, description: 'The model for who names none.' }),
  ),
  STT_MODELS: Type.Optional(
    Type.String({
      description: 'All models that may be chosen, separated by commas. Default: STT_MODEL.',
    }),
  ),
  STT_RESPONSE_FORMAT: Type.Enum(['verbose_json', 'diarized_json'], {
    default: 'verbose_json',
    description: 'verbose_json, with times of words; or diarized_json, with speakers.',
  }),
  STT_MAX_BYTES: Type.Integer({
    minimum: 65_536,
    maximum: 1_073_741_824,
    default: 26_214_400,
    description: 'Largest file that it takes; what is larger is cut.',
  }),
  STT_TIMEOUT_MS: Milliseconds(600_000, 'Limit of one file, with waiting and retries.'),
  STT_MAX_RETRIES: Retries(2, 'How often a request is sent again of which nothing came.'),
  STT_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 2,
    description: 'Recordings that a process transcribes at once.',
  }),
};

const Environment = Type.Object(speechSettings);

/** What the settings say of speech to text, checked. */
export type SpeechSettings = NonNullable<ReturnType<typeof readSpeechToText>>;

/**
 * Reads what the settings say together.
 *
 * @returns undefined where there is no endpoint; the default model comes first
 * @throws Error that names the settings, when they do not fit together
 */
export function readSpeechToText(env: Readonly<Static<typeof Environment>>) {
  const endpoint = readEndpoint('STT', {
    BASE_URL: env.STT_BASE_URL,
    MODEL: env.STT_MODEL,
    MODELS: env.STT_MODELS,
    API_KEY: env.STT_API_KEY,
    HEADERS: env.STT_HEADERS,
  });
  return (
    endpoint && {
      ...endpoint,
      model: endpoint.models[0],
      responseFormat: env.STT_RESPONSE_FORMAT,
      maxBytes: env.STT_MAX_BYTES,
      timeoutMs: env.STT_TIMEOUT_MS,
      maxRetries: env.STT_MAX_RETRIES,
      concurrency: env.STT_CONCURRENCY,
    }
  );
}
