import { invalidValue } from '../errors.ts';
import type { EmbedDependencies } from '../retrieval/embed-question.ts';
import type { EmbeddingsRequest, EmbeddingsResponse } from '../schemas/openai-embeddings.ts';
import { countUpTo } from './count-tokens.ts';
import { MODEL, unknownModel } from './read-model.ts';

/** As OpenAI limits a text, and a request. */
const MOST_TOKENS_A_TEXT = 8_192;
const MOST_TOKENS = 300_000;
/** No text that is meant to be read has more characters to a token, in UTF-16 code units. */
const MOST_CHARACTERS_A_TEXT = 16 * MOST_TOKENS_A_TEXT;

/**
 * Turns texts into vectors by the model that search compares with.
 *
 * @param signal ends the work for a caller that has left
 * @throws AppError `not_found` for another model; `validation_failed`; `quota_exceeded`
 */
export async function embed(
  { embeddings, modelCalls, repositories }: EmbedDependencies,
  userId: string,
  { input, model, dimensions, encoding_format }: EmbeddingsRequest,
  signal: AbortSignal,
): Promise<EmbeddingsResponse> {
  const active = await repositories.embeddingModels.getActive();
  if (!active || (model !== MODEL && model !== active.name)) throw unknownModel();
  if (typeof dimensions === 'number' && dimensions !== active.dimensions) {
    throw invalidValue('/dimensions', `must be ${active.dimensions}`);
  }
  const texts = [input].flat();
  const tokens = await countAll(texts, signal);
  const provider = embeddings.providerFor(active);
  const caller = { userId, purpose: 'embedding' } as const;
  const vectors = await modelCalls.embed(provider, caller, { texts, purpose: 'document', signal });
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding_format === 'base64' ? toBase64(vector) : [...vector],
    })),
    model: active.name,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

async function countAll(texts: readonly string[], signal: AbortSignal): Promise<number> {
  const pathOf = (index: number) => (texts.length > 1 ? `/input/${index}` : '/input');
  // What is far too long is not even counted.
  const tooLong = texts.findIndex(({ length }) => length > MOST_CHARACTERS_A_TEXT);
  if (tooLong >= 0) {
    const most = MOST_CHARACTERS_A_TEXT;
    throw invalidValue(pathOf(tooLong), `must not have more than ${most} characters`);
  }
  let sum = 0;
  for (const [index, text] of texts.entries()) {
    signal.throwIfAborted();
    const tokens = await countUpTo(text, MOST_TOKENS_A_TEXT);
    sum += tokens;
    if (tokens > MOST_TOKENS_A_TEXT) {
      throw invalidValue(pathOf(index), `must not have more than ${MOST_TOKENS_A_TEXT} tokens`);
    }
    if (sum > MOST_TOKENS) {
      throw invalidValue('/input', `must not have more than ${MOST_TOKENS} tokens together`);
    }
  }
  return sum;
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
