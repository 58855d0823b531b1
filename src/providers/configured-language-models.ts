import type { LanguageModel } from './language-models.ts';
import { createModelClient, type ModelClientOptions } from './model-client.ts';
import { createOpenAiCompatibleModel, type OpenAiCompatibleOptions } from './openai-compatible.ts';

type LanguageModelsOptions = Omit<ModelClientOptions, 'firstByteTimeoutMs' | 'pieceTimeoutMs'> &
  Pick<OpenAiCompatibleOptions, 'contextTokens' | 'maxOutputTokens' | 'countTokens'> & {
    /** The models, as the provider names them. */
    names: readonly string[];
    /** How long the provider may say nothing, before an answer and in the middle of it, in ms. */
    silenceTimeoutMs: number;
  };

/** OpenAI's newer models refuse `max_tokens`; the other servers know nothing else. */
const OPENAI = /(^|\.)openai\.(azure\.)?com$/;

/** The language models of one server, in the order of their names; they share its limits. */
export function createLanguageModels(options: LanguageModelsOptions): LanguageModel[] {
  const { silenceTimeoutMs, names } = options;
  const silence = { firstByteTimeoutMs: silenceTimeoutMs, pieceTimeoutMs: silenceTimeoutMs };
  const client = createModelClient({ ...options, ...silence });
  const { hostname } = new URL(options.baseUrl);
  const limitedBy = OPENAI.test(hostname) ? 'max_completion_tokens' : 'max_tokens';
  return names.map((id) => createOpenAiCompatibleModel({ ...options, client, id, limitedBy }));
}
