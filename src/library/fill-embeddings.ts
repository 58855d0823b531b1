import type { EmbeddingModel } from '../db/schema/index.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { Repositories } from '../repositories/index.ts';
import { embedPatiently, type Patience } from './embed-patiently.ts';

/** How the operator has vectors made. */
export type OperatorsWay = { provider: EmbeddingProvider; modelCalls: ModelCalls };

/** Of all users' chunks, how many have a vector of the model. */
type FillProgress = { done: number; total: number };

export type FillOptions = Patience & { onProgress?: (progress: FillProgress) => void };

/** Chunks in memory at a time. */
const PAGE = 256;

/**
 * Adds the vectors that a model lacks, chunk by chunk in the order of their ids. What is stored stays:
 * started again after it was killed, it goes on where it was.
 *
 * @returns how many were added
 * @throws AppError `model_failed`, `model_timeout` or `model_unavailable` when the provider keeps
 *   failing; the signal's reason once it is aborted
 */
export async function fillEmbeddings(
  { embeddings, embeddingFill }: Pick<Repositories, 'embeddings' | 'embeddingFill'>,
  way: OperatorsWay,
  model: EmbeddingModel,
  { onProgress, ...patience }: FillOptions = {},
): Promise<number> {
  const total = await embeddingFill.countChunks();
  const before = await embeddings.count(model.id);
  let added = 0;
  let after: string | undefined;
  do {
    onProgress?.({ done: Math.min(before + added, total), total });
    const { unfilled, next } = await embeddingFill.listUnfilled(model.id, after, PAGE);
    if (unfilled.length > 0) {
      const texts = unfilled.map(({ text }) => text);
      const vectors = await embedPatiently({ ...way, userId: null }, texts, patience);
      const values = unfilled.flatMap(({ id }, index) => {
        const vector = vectors[index];
        return vector ? [{ chunkId: id, vector }] : [];
      });
      await embeddingFill.fill(model.id, values);
      added += values.length;
    }
    after = next;
  } while (after !== undefined);
  onProgress?.({ done: Math.min(before + added, total), total });
  return added;
}
