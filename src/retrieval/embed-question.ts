import type { EmbeddingModel } from '../db/schema/index.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Embeddings } from '../providers/embeddings.ts';
import type { EmbeddingModelsRepository } from '../repositories/embedding-models.ts';
import type { SearchMode } from '../schemas/search.ts';

export type EmbedDependencies = {
  embeddings: Embeddings;
  repositories: { embeddingModels: Pick<EmbeddingModelsRepository, 'getActive'> };
};

/** A question as a model understands it. */
export type EmbeddedQuestion = { model: EmbeddingModel; vector: Float32Array };

/** What keeps a model from answering, and not the question from being asked. */
const FAILURES = new Set<ErrorCode>(['model_failed', 'model_timeout', 'model_unavailable']);

/**
 * Embeds a question by the active model.
 *
 * @returns null where vectors are not asked, or where the model does not answer and words alone will do
 * @throws AppError `model_unavailable` when the model does not answer and nothing else was asked; the
 *   signal's reason once it is aborted
 */
export async function embedQuestion(
  { embeddings, repositories }: EmbedDependencies,
  query: string,
  mode: SearchMode,
  signal?: AbortSignal,
): Promise<EmbeddedQuestion | null> {
  if (mode === 'lexical') return null;
  const model = await repositories.embeddingModels.getActive();
  if (!model) throw new Error('no embedding model is active');
  try {
    const [vector] = await embeddings.providerFor(model).embed([query], 'query', signal);
    if (!vector) throw new Error(`${model.name} made no vector of a text`);
    return { model, vector };
  } catch (error) {
    if (signal?.aborted || !(error instanceof AppError && FAILURES.has(error.code))) throw error;
    if (mode === 'hybrid') return null;
    const { retryAfterSeconds } = error;
    throw new AppError('model_unavailable', 'The embedding model does not answer right now.', {
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      cause: error,
    });
  }
}
