import type { Database } from '../db/client.ts';
import type { EmbeddingModel } from '../db/schema/index.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { EmbeddingModelKey, Embeddings } from '../providers/embeddings.ts';
import { createRepositories } from '../repositories/index.ts';
import { completeSwitch } from './complete-switch.ts';
import { type FillOptions, fillEmbeddings } from './fill-embeddings.ts';

type SwitchOptions = FillOptions & {
  /** Removes the vectors of all other models in the end. */
  removeOld?: boolean;
  onStep?: (step: 'fill' | 'index' | 'switch' | 'remove') => void;
};

type SwitchedModel = {
  model: EmbeddingModel;
  /** How many vectors were made. */
  added: number;
  /** The models that were removed. */
  removed: string[];
};

/**
 * How long imports may wait for the provider at the switch, in ms: at first so short that none of them
 * gives up, and then longer, so that the switch is made however busy the library is.
 */
const FIRST_LIMIT_MS = 1_000;
const LONGEST_LIMIT_MS = 16_000;

/**
 * Exchanges the embedding model: fills the vectors of the new one beside those of the old one, indexes
 * them, and makes it the active one in one moment, from which on no chunk lacks a vector of it.
 * Searches and imports go on meanwhile. The old vectors stay unless told otherwise, because with them
 * the way back takes moments.
 *
 * @param db a database without time limits for statements; no transaction
 * @throws as {@link fillEmbeddings}; what was filled until then stays
 */
export async function switchEmbeddings(
  db: Database,
  { embeddings, modelCalls }: { embeddings: Embeddings; modelCalls: ModelCalls },
  wanted: EmbeddingModelKey,
  { removeOld = false, onStep, ...options }: SwitchOptions = {},
): Promise<SwitchedModel> {
  const repositories = createRepositories(db);
  const { embeddingModels, embeddingFill } = repositories;
  const way = { provider: embeddings.providerFor(wanted), modelCalls };
  const { provider: implementation, name, dimensions } = wanted;
  const model = await embeddingModels.create({ provider: implementation, name, dimensions });
  let added = 0;
  for (let complete = false, limitMs = FIRST_LIMIT_MS; !complete; limitMs *= 2) {
    onStep?.('fill');
    added += await fillEmbeddings(repositories, way, model, options);
    onStep?.('index');
    await embeddingFill.createIndex(model);
    onStep?.('switch');
    // Another round is shorter than this one: it has only what was imported meanwhile to fill.
    complete = await completeSwitch(db, way, model, Math.min(limitMs, LONGEST_LIMIT_MS));
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
