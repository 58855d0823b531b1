import { type Static, Type } from 'typebox';
import { ApiKey, BaseUrl, FurtherHeaders, Retries, readEndpoint } from './endpoints.ts';
import { Milliseconds } from './milliseconds.ts';

/** The language models that answers can be written by, and how long they may take. */
export const languageModelSettings = {
  LLM_BASE_URL: BaseUrl('Server of language models that speaks OpenAI’s protocol. Default: none.'),
  LLM_API_KEY: ApiKey,
  LLM_HEADERS: FurtherHeaders,
  LLM_MODEL: Type.Optional(
    Type.String({ maxLength: 255, description: 'The model that answers who names none.' }),
  ),
  LLM_MODELS: Type.Optional(
    Type.String({
      description: 'All models that may be chosen, separated by commas. Default: LLM_MODEL.',
    }),
  ),
  LLM_CONTEXT_TOKENS: Type.Integer({
    minimum: 1_024,
    maximum: 10_000_000,
    default: 8_192,
    description: 'Tokens that a request and its answer may have together.',
  }),
  LLM_MAX_OUTPUT_TOKENS: Type.Integer({
    minimum: 16,
    maximum: 1_000_000,
    default: 1_024,
    description: 'Tokens of an answer, at most.',
  }),
  LLM_TIMEOUT_MS: Milliseconds(120_000, 'Limit of an answer, with waiting and retries.'),
  LLM_FIRST_TOKEN_TIMEOUT_MS: Milliseconds(60_000, 'Limit of silence, before an answer and in it.'),
  LLM_MAX_RETRIES: Retries(2, 'How often a request is sent again of which nothing came.'),
  LLM_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 16,
    description: 'Requests at once; a hundred more wait.',
  }),
};

const Environment = Type.Object(languageModelSettings);

/** What the settings say of language models, checked. */
export type LanguageModelSettings = NonNullable<ReturnType<typeof readLanguageModels>>;

/** The name of the answerer that is always there. */
const TAKEN = 'extractive';

/**
 * Reads what the settings say together.
 *
 * @returns undefined where there is no language model; the default one comes first
 * @throws Error that names the settings, when they do not fit together
 */
export function readLanguageModels(env: Readonly<Static<typeof Environment>>) {
  const endpoint = readEndpoint('LLM', {
    BASE_URL: env.LLM_BASE_URL,
    MODEL: env.LLM_MODEL,
    MODELS: env.LLM_MODELS,
    API_KEY: env.LLM_API_KEY,
    HEADERS: env.LLM_HEADERS,
  });
  if (endpoint === undefined) return undefined;
  const { models: names, ...server } = endpoint;
  if (names.includes(TAKEN)) throw new Error(`LLM_MODELS must not name a model “${TAKEN}”`);
  const { LLM_CONTEXT_TOKENS: contextTokens, LLM_MAX_OUTPUT_TOKENS: maxOutputTokens } = env;
  if (maxOutputTokens >= contextTokens) {
    throw new Error('LLM_MAX_OUTPUT_TOKENS must be less than LLM_CONTEXT_TOKENS');
  }
  return {
    ...server,
    names,
    contextTokens,
    maxOutputTokens,
    timeoutMs: env.LLM_TIMEOUT_MS,
    silenceTimeoutMs: env.LLM_FIRST_TOKEN_TIMEOUT_MS,
    maxRetries: env.LLM_MAX_RETRIES,
    concurrency: env.LLM_CONCURRENCY,
  };
}
