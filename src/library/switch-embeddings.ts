import type { EmbeddingModel } from '../db/schema/index.ts';
import type { EmbeddingModelKey, Embeddings } from '../providers/embeddings.ts';
import type { Repositories } from '../repositories/index.ts';
import { type FillOptions, fillEmbeddings } from './fill-embeddings.ts';

export type SwitchOptions = FillOptions & {
  /** Removes the vectors of all other models in the end. */
  removeOld?: boolean;
  onStep?: (step: 'fill' | 'index' | 'switch' | 'remove') => void;
};

export type SwitchedModel = {
  model: EmbeddingModel;
  /** How many vectors were made. */
  added: number;
  /** The models that were removed. */
  removed: string[];
};

/**
 * Exchanges the embedding model: fills the vectors of the new one beside those of the old one, indexes
 * them, and makes it the active one in one moment, from which on no chunk lacks a vector of it.
 * Searches and imports go on meanwhile. The old vectors stay unless told otherwise, because with them
 * the way back takes moments.
 *
 * @param repositories on a database without time limits for statements, outside of a transaction
 * @throws as {@link fillEmbeddings}; what was filled until then stays
 */
export async function switchEmbeddings(
  repositories: Repositories,
  embeddings: Embeddings,
  wanted: EmbeddingModelKey,
  { removeOld = false, onStep, ...options }: SwitchOptions = {},
): Promise<SwitchedModel> {
  const { embeddingModels, embeddingFill } = repositories;
  const provider = embeddings.providerFor(wanted);
  const { provider: implementation, name, dimensions } = wanted;
  const model = await embeddingModels.create({ provider: implementation, name, dimensions });
  let added = 0;
  for (let complete = false; !complete; ) {
    onStep?.('fill');
    added += await fillEmbeddings(repositories, provider, model, options);
    onStep?.('index');
    await embeddingFill.createIndex(model);
    onStep?.('switch');
    // What was imported since its page was read is filled in another round, which is shorter.
    complete = await embeddingModels.activateWhenComplete(model.id);
  }
  const removed: string[] = [];
  for (const old of removeOld ? await embeddingModels.list() : []) {
    if (old.id === model.id) continue;
    onStep?.('remove');
    await embeddingFill.removeVectors(old.id);
    await embeddingModels.delete(old.id);
    removed.push(old.name);
  }
  return { model, added, removed };
}
