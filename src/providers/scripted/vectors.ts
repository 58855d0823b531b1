import type { EmbeddingProvider } from '../embeddings.ts';
import type { ModelServerBody } from './recorded-request.ts';
import { usageOf } from './steps.ts';

/** The answer to a request for embeddings; the same text always gets the same vector. */
export async function embeddingsOf(
  embeddings: EmbeddingProvider,
  { model = embeddings.name, input = [], encoding_format }: ModelServerBody,
) {
  const vectors = await embeddings.embed(typeof input === 'string' ? [input] : input, 'document');
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    // The clients of OpenAI ask for base64, and read nothing else then.
    embedding: encoding_format === 'base64' ? base64Of(vector) : [...vector],
  }));
  return { object: 'list', model, data, usage: usageOf(vectors.length, 0) };
}

function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
