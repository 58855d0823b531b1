import { type Static, Type } from 'typebox';
import { ApiKey, BaseUrl, FurtherHeaders, Retries, readEndpoint } from './endpoints.ts';
import { Milliseconds } from './milliseconds.ts';

const Weight = (description: string) =>
  Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: `${description} Default: what suits the model.`,
    }),
  );

/** The model that texts are compared by, how long it may take, and how much it weighs. */
export const embeddingSettings = {
  EMBEDDING_BASE_URL: BaseUrl(
    'Server of embeddings that speaks OpenAI’s protocol. Default: hashed ones.',
  ),
  EMBEDDING_API_KEY: ApiKey,
  EMBEDDING_HEADERS: FurtherHeaders,
  EMBEDDING_MODEL: Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'Its model, which an empty library takes. To switch later: npm run embeddings.',
    }),
  ),
  EMBEDDING_DIMENSIONS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 4_000,
      description: 'Length to ask for, of a model that can shorten vectors. Default: the model’s.',
    }),
  ),
  EMBEDDING_QUERY_PREFIX: Type.String({
    default: '',
    description: 'What the model wants before a question.',
  }),
  EMBEDDING_DOCUMENT_PREFIX: Type.String({
    default: '',
    description: 'What the model wants before a text that is searched.',
  }),
  EMBEDDING_BATCH: Type.Integer({
    minimum: 1,
    maximum: 2_048,
    default: 32,
    description: 'Texts in one request.',
  }),
  EMBEDDING_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 4,
    description: 'Requests at once for imports, and as many for questions.',
  }),
  EMBEDDING_MAX_RETRIES: Retries(3, 'How often a failed request is tried again.'),
  EMBEDDING_QUERY_TIMEOUT_MS: Milliseconds(5_000, 'Limit of embedding a question, with retries.'),
  EMBEDDING_TIMEOUT_MS: Milliseconds(60_000, 'Limit of embedding a batch of texts, with retries.'),
  SEARCH_WEIGHT_LEXICAL: Weight('Weight of the words in a hybrid search.'),
  SEARCH_WEIGHT_SEMANTIC: Weight('Weight of the vectors in a hybrid search.'),
};

const Environment = Type.Object(embeddingSettings);
type EmbeddingSettings = Readonly<Static<typeof Environment>>;

/**
 * How the embedding models of the settings are reached.
 *
 * @returns undefined where there is no endpoint
 * @throws Error that names the settings, when they do not fit together
 */
export function readEmbeddingEndpoint(env: EmbeddingSettings) {
  const endpoint = readEndpoint('EMBEDDING', {
    BASE_URL: env.EMBEDDING_BASE_URL,
    MODEL: env.EMBEDDING_MODEL,
    API_KEY: env.EMBEDDING_API_KEY,
    HEADERS: env.EMBEDDING_HEADERS,
  });
  if (endpoint === undefined) return undefined;
  const {
    models: [model],
    ...server
  } = endpoint;
  return {
    ...server,
    model,
    dimensions: env.EMBEDDING_DIMENSIONS,
    queryPrefix: env.EMBEDDING_QUERY_PREFIX,
    documentPrefix: env.EMBEDDING_DOCUMENT_PREFIX,
    batch: env.EMBEDDING_BATCH,
    concurrency: env.EMBEDDING_CONCURRENCY,
    maxRetries: env.EMBEDDING_MAX_RETRIES,
    queryTimeoutMs: env.EMBEDDING_QUERY_TIMEOUT_MS,
    documentTimeoutMs: env.EMBEDDING_TIMEOUT_MS,
  };
}

/** The weights of a hybrid search's legs, as far as they are set. */
export function readSearchWeights(env: EmbeddingSettings) {
  const { SEARCH_WEIGHT_LEXICAL: lexical, SEARCH_WEIGHT_SEMANTIC: semantic } = env;
  return {
    ...(lexical === undefined ? {} : { lexical }),
    ...(semantic === undefined ? {} : { semantic }),
  };
}
