import { type Static, Type } from 'typebox';
import { readHeaders, readKey } from './headers.ts';
import { Milliseconds } from './milliseconds.ts';

/** The language models that answers can be written by, and how long they may take. */
export const languageModelSettings = {
  LLM_BASE_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+',
      description: 'Server of language models that speaks OpenAI’s protocol. Default: none.',
    }),
  ),
  LLM_API_KEY: Type.Optional(Type.String({ description: 'Key for it.' })),
  LLM_HEADERS: Type.Optional(
    Type.String({ description: 'Further headers for it, as a JSON object.' }),
  ),
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
  LLM_MAX_RETRIES: Type.Integer({
    minimum: 0,
    maximum: 10,
    default: 2,
    description: 'How often a request is sent again of which nothing came.',
  }),
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
  const { LLM_BASE_URL: baseUrl, LLM_MODEL, LLM_CONTEXT_TOKENS, LLM_MAX_OUTPUT_TOKENS } = env;
  if (baseUrl === undefined) {
    const names = ['LLM_MODEL', 'LLM_MODELS', 'LLM_API_KEY', 'LLM_HEADERS'] as const;
    const useless = names.find((name) => env[name] !== undefined);
    if (useless) throw new Error(`${useless} needs LLM_BASE_URL`);
    return undefined;
  }
  if (!URL.canParse(baseUrl)) throw new Error('LLM_BASE_URL is not a URL');
  if (LLM_MAX_OUTPUT_TOKENS >= LLM_CONTEXT_TOKENS) {
    throw new Error('LLM_MAX_OUTPUT_TOKENS must be less than LLM_CONTEXT_TOKENS');
  }
  return {
    baseUrl,
    apiKey: readKey('LLM_API_KEY', env.LLM_API_KEY),
    headers: readHeaders('LLM_HEADERS', env.LLM_HEADERS),
    names: readNames(LLM_MODEL, env.LLM_MODELS),
    contextTokens: LLM_CONTEXT_TOKENS,
    maxOutputTokens: LLM_MAX_OUTPUT_TOKENS,
    timeoutMs: env.LLM_TIMEOUT_MS,
    silenceTimeoutMs: env.LLM_FIRST_TOKEN_TIMEOUT_MS,
    maxRetries: env.LLM_MAX_RETRIES,
    concurrency: env.LLM_CONCURRENCY,
  };
}

function readNames(model: string | undefined, models: string | undefined): string[] {
  const allowed = (models ?? model ?? '').split(',').map((name) => name.trim());
  const names = allowed.filter((name) => name !== '');
  const [first = model] = names;
  if (first === undefined) throw new Error('LLM_BASE_URL needs LLM_MODEL');
  if (names.includes(TAKEN)) throw new Error(`LLM_MODELS must not name a model “${TAKEN}”`);
  if (model !== undefined && !names.includes(model)) {
    throw new Error('LLM_MODEL is not one of LLM_MODELS');
  }
  return [...new Set([model ?? first, ...names])];
}
