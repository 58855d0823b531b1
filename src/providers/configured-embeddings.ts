import { AppError } from '../errors.ts';
import type { Embeddings } from './embeddings.ts';
import { createHashEmbeddings, HASH } from './hash-embeddings.ts';
import { createModelClient } from './model-client.ts';
import { createOpenAiEmbeddings, OPENAI_COMPATIBLE } from './openai-embeddings.ts';
import { readVectors } from './read-vectors.ts';

/** How embedding models of an OpenAI-compatible server are reached. */
export type EmbeddingEndpoint = {
  /** Such as `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  /** The model that the settings ask for; others of the endpoint can be used as well. */
  model: string;
  apiKey?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** The length to ask for, of models that can shorten their vectors. */
  dimensions?: number | undefined;
  queryPrefix: string;
  documentPrefix: string;
  /** Texts in one request. */
  batch: number;
  /** Requests at once: for questions, and as many for documents. */
  concurrency: number;
  maxRetries: number;
  /** The time for a question and for a batch of documents, with waiting and retries, in ms. */
  queryTimeoutMs: number;
  documentTimeoutMs: number;
};

/** pgvector's index on half-precision vectors takes no more: https://github.com/pgvector/pgvector#hnsw */
const MOST_DIMENSIONS = 4_000;

export type ConfiguredEmbeddings = ReturnType<typeof createConfiguredEmbeddings>;

/** The embedding models that can be reached: the hashed ones, and those of an endpoint, if there is one. */
export function createConfiguredEmbeddings(endpoint?: EmbeddingEndpoint) {
  const clients = endpoint && {
    query: createModelClient({ ...endpoint, ...limits(endpoint.queryTimeoutMs) }),
    document: createModelClient({ ...endpoint, ...limits(endpoint.documentTimeoutMs) }),
  };
  return { providerFor, measure } satisfies Embeddings & Record<string, unknown>;

  function providerFor(model: Parameters<Embeddings['providerFor']>[0]) {
    if (model.provider === HASH) {
      const hash = createHashEmbeddings({ dimensions: model.dimensions });
      if (hash.name === model.name) return hash;
    }
    if (model.provider === OPENAI_COMPATIBLE && endpoint && clients) {
      const { queryPrefix: query, documentPrefix: document, batch, concurrency } = endpoint;
      const sendDimensions = endpoint.dimensions === model.dimensions;
      const prefixes = { query, document };
      return createOpenAiEmbeddings(model, {
        ...{ clients, prefixes, batch, concurrency, sendDimensions },
      });
    }
    throw new AppError('model_unavailable', 'The embedding model of this library is not set up.');
  }

  /**
   * Asks the endpoint how long the vectors of a model are.
   *
   * @throws AppError `model_failed`, also for vectors that are too long to be stored, `model_timeout`
   *   or `model_unavailable`
   */
  async function measure(name: string, signal?: AbortSignal): Promise<number> {
    if (!clients) throw new AppError('model_unavailable', 'No embedding endpoint is configured.');
    const body = { model: name, input: ['How long is a vector?'], encoding_format: 'float' };
    const answer = await clients.document.json('/embeddings', body, signal);
    const length = readVectors(answer, 1)[0]?.length ?? 0;
    if (length > MOST_DIMENSIONS) {
      throw new AppError(
        'model_failed',
        `The vectors of ${name} have ${length} dimensions; no more than ${MOST_DIMENSIONS} can be indexed. EMBEDDING_DIMENSIONS asks for fewer.`,
      );
    }
    return length;
  }
}

const limits = (timeoutMs: number) => ({
  timeoutMs,
  firstByteTimeoutMs: timeoutMs,
  pieceTimeoutMs: timeoutMs,
});
