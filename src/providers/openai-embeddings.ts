import type {
  EmbeddingModelKey,
  EmbeddingProvider,
  EmbeddingPurpose,
  OnTokens,
} from './embeddings.ts';
import type { ModelClient } from './model-client.ts';
import { readTokens, readVectors } from './read-vectors.ts';

export const OPENAI_COMPATIBLE = 'openai-compatible';

type OpenAiEmbeddingsOptions = {
  /** One for each purpose: somebody waits for a question, and an import must not be in its way. */
  clients: Record<EmbeddingPurpose, ModelClient>;
  /** What stands before a text, for models that are trained to tell questions by it. */
  prefixes: Record<EmbeddingPurpose, string>;
  /** Texts in one request. */
  batch: number;
  /** Requests of one call at once. */
  concurrency: number;
  /** Whether to ask for the model's dimensions, which only models that can shorten vectors allow. */
  sendDimensions: boolean;
};

/** Many servers refuse a text without words, or make a zero vector of it. */
const NO_WORDS = '.';

/**
 * Embeddings of a server that speaks OpenAI's protocol: Ollama, llama.cpp, vLLM, TEI, hosted ones.
 * https://platform.openai.com/docs/api-reference/embeddings/create
 *
 * @returns a provider whose vectors have unit length
 */
export function createOpenAiEmbeddings(
  { name, dimensions }: Omit<EmbeddingModelKey, 'provider'>,
  options: OpenAiEmbeddingsOptions,
): EmbeddingProvider {
  return { provider: OPENAI_COMPATIBLE, name, dimensions, embed };

  async function embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal?: AbortSignal,
    onTokens: OnTokens = () => {},
  ): Promise<Float32Array[]> {
    const failed = new AbortController();
    const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
    const vectors: Float32Array[] = [];
    let next = 0;
    const worker = async () => {
      while (next < texts.length) {
        const start = next;
        next += options.batch;
        const part = texts.slice(start, start + options.batch);
        const { vectors: made, tokens } = await request(part, purpose, either);
        onTokens(tokens, part);
        for (const [index, vector] of made.entries()) vectors[start + index] = vector;
      }
    };
    try {
      await Promise.all(Array.from({ length: options.concurrency }, worker));
      return vectors;
    } catch (error) {
      // The other requests are of no use any more.
      failed.abort(error);
      throw error;
    }
  }

  async function request(texts: readonly string[], purpose: EmbeddingPurpose, signal: AbortSignal) {
    const body = {
      model: name,
      input: texts.map((text) => options.prefixes[purpose] + (text.trim() || NO_WORDS)),
      encoding_format: 'float',
      ...(options.sendDimensions ? { dimensions } : {}),
    };
    const answer = await options.clients[purpose].json('/embeddings', body, signal);
    const read = readVectors(answer, texts.length, dimensions);
    return { vectors: read, tokens: readTokens(answer, texts.length) };
  }
}
