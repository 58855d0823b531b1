import type { EmbeddingModel } from '../db/schema/index.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { Embeddings } from '../providers/embeddings.ts';
import type { EmbeddingModelsRepository } from '../repositories/embedding-models.ts';
import type { SearchMode } from '../schemas/search.ts';

export type EmbedDependencies = {
  embeddings: Embeddings;
  modelCalls: Pick<ModelCalls, 'embed'>;
  repositories: { embeddingModels: Pick<EmbeddingModelsRepository, 'getActive'> };
};

/** A question as a model understands it. */
export type EmbeddedQuestion = { model: EmbeddingModel; vector: Float32Array };

/** Who asks, and the message that the answer goes into. */
export type Asker = { userId: string; messageId?: string | undefined };

/** What keeps a model from answering, and not the question from being asked. */
const FAILURES = new Set<ErrorCode>([
  'model_failed',
  'model_timeout',
  'model_unavailable',
  'quota_exceeded',
]);

/**
 * Embeds a question by the active model.
 *
 * @returns null where vectors are not asked, or where the model does not answer, or may not be asked
 *   today, and words alone will do
 * @throws AppError `model_unavailable` or `quota_exceeded` when nothing else was asked; the signal's reason once it is aborted
 */
export async function embedQuestion(
  { embeddings, modelCalls, repositories }: EmbedDependencies,
  asker: Asker,
  query: string,
  mode: SearchMode,
  signal?: AbortSignal,
): Promise<EmbeddedQuestion | null> {
  if (mode === 'lexical') return null;
  const model = await repositories.embeddingModels.getActive();
  if (!model) throw new Error('no embedding model is active');
  try {
    const provider = embeddings.providerFor(model);
    const caller = { ...asker, purpose: 'question-embedding' } as const;
    const asked = { texts: [query], purpose: 'query', signal } as const;
    const [vector] = await modelCalls.embed(provider, caller, asked);
    if (!vector) throw new Error(`${model.name} made no vector of a text`);
    return { model, vector };
  } catch (error) {
    if (signal?.aborted || !(error instanceof AppError && FAILURES.has(error.code))) throw error;
    if (mode === 'hybrid') return null;
    if (error.code === 'quota_exceeded') throw error;
    const { retryAfterSeconds } = error;
    throw new AppError('model_unavailable', 'The embedding model does not answer right now.', {
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      cause: error,
    });
  }
}
