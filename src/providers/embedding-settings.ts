import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { EmbeddingEndpoint } from './configured-embeddings.ts';
import type { EmbeddingModelKey } from './embeddings.ts';
import { createHashEmbeddings, HASH } from './hash-embeddings.ts';
import { OPENAI_COMPATIBLE } from './openai-embeddings.ts';

/** The settings of the environment that are about embeddings; see `config.ts`. */
export type EmbeddingSettings = {
  EMBEDDING_BASE_URL?: string;
  EMBEDDING_API_KEY?: string;
  EMBEDDING_HEADERS?: string;
  EMBEDDING_MODEL?: string;
  EMBEDDING_DIMENSIONS?: number;
  EMBEDDING_QUERY_PREFIX: string;
  EMBEDDING_DOCUMENT_PREFIX: string;
  EMBEDDING_BATCH: number;
  EMBEDDING_CONCURRENCY: number;
  EMBEDDING_RETRIES: number;
  EMBEDDING_QUERY_TIMEOUT_MS: number;
  EMBEDDING_TIMEOUT_MS: number;
};

/** A model that somebody asks for; without `dimensions` its endpoint says how long its vectors are. */
export type WantedModel = Omit<EmbeddingModelKey, 'dimensions'> & {
  dimensions?: number | undefined;
};

const Headers = Compile(Type.Record(Type.String(), Type.String()));

/**
 * How the embedding models of the settings are reached.
 *
 * @returns undefined where there is no endpoint
 * @throws Error that names the setting, when one cannot be used
 */
export function readEndpoint(settings: EmbeddingSettings): EmbeddingEndpoint | undefined {
  const { EMBEDDING_BASE_URL: baseUrl, EMBEDDING_MODEL: model } = settings;
  if (!baseUrl && !model) return undefined;
  if (!baseUrl) throw new Error('EMBEDDING_MODEL needs EMBEDDING_BASE_URL');
  if (!model) throw new Error('EMBEDDING_BASE_URL needs EMBEDDING_MODEL');
  if (!URL.canParse(baseUrl)) throw new Error('EMBEDDING_BASE_URL is not a URL');
  return {
    baseUrl,
    apiKey: settings.EMBEDDING_API_KEY,
    headers: readHeaders(settings.EMBEDDING_HEADERS),
    dimensions: settings.EMBEDDING_DIMENSIONS,
    queryPrefix: settings.EMBEDDING_QUERY_PREFIX,
    documentPrefix: settings.EMBEDDING_DOCUMENT_PREFIX,
    batch: settings.EMBEDDING_BATCH,
    concurrency: settings.EMBEDDING_CONCURRENCY,
    maxRetries: settings.EMBEDDING_RETRIES,
    queryTimeoutMs: settings.EMBEDDING_QUERY_TIMEOUT_MS,
    documentTimeoutMs: settings.EMBEDDING_TIMEOUT_MS,
  };
}

/**
 * The model that the settings ask for: the hashed one where they name none.
 *
 * @param instead what an administrator asks for in their place
 * @throws Error for a provider that there is not
 */
export function readWantedModel(
  { EMBEDDING_MODEL, EMBEDDING_DIMENSIONS: dimensions }: EmbeddingSettings,
  instead: { model?: string; provider?: string } = {},
): WantedModel {
  const name = instead.model ?? (instead.provider === HASH ? undefined : EMBEDDING_MODEL);
  const { provider = name ? OPENAI_COMPATIBLE : HASH } = instead;
  if (provider === OPENAI_COMPATIBLE && name) return { provider, name, dimensions };
  const hash = createHashEmbeddings();
  if (provider !== HASH || (name ?? hash.name) !== hash.name) {
    throw new Error(`there is no embedding model ${name ?? ''} of the provider ${provider}`);
  }
  return { provider, name: hash.name, dimensions: hash.dimensions };
}

function readHeaders(json: string | undefined): Record<string, string> | undefined {
  if (json === undefined) return undefined;
  try {
    return Headers.Parse(JSON.parse(json));
  } catch (cause) {
    throw new Error('EMBEDDING_HEADERS is not a JSON object of texts', { cause });
  }
}
