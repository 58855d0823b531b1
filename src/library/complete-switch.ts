import type { Database } from '../db/client.ts';
import type { EmbeddingModel } from '../db/schema/index.ts';
import type { ReservedEmbedding } from '../model-calls/reserve-embedding.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { OperatorsWay } from './fill-embeddings.ts';

/** More than this is filled as everything before was, while imports go on. */
const MOST_LATE = 1_000;

/**
 * Makes a filled model the active one. Imports wait meanwhile, because those that were under way when
 * the last page was filled have left chunks behind that have to be embedded first.
 *
 * @param limitMs how long imports may have to wait for the provider; they give up themselves after
 *   `DATABASE_LOCK_TIMEOUT_MS`
 * @returns false when it would take longer, or did not work: then nothing was switched
 */
export async function completeSwitch(
  db: Database,
  { provider, modelCalls }: OperatorsWay,
  model: EmbeddingModel,
  limitMs: number,
): Promise<boolean> {
  const reserved = await modelCalls.reserve(provider, { userId: null, purpose: 'embedding' });
  try {
    return await db.transaction(async (tx) => {
      const repositories = createRepositories(tx);
      await repositories.embeddingModels.lockActive();
      const isComplete = await fillLate(repositories, reserved, model, limitMs);
      if (isComplete) await repositories.embeddingModels.setActive(model.id);
      return isComplete;
    });
  } finally {
    await reserved.release();
  }
}

async function fillLate(
  { embeddingFill }: Repositories,
  reserved: ReservedEmbedding,
  model: EmbeddingModel,
  limitMs: number,
): Promise<boolean> {
  const late = await embeddingFill.listLate(model.id, MOST_LATE + 1);
  if (late.length > MOST_LATE) return false;
  if (late.length === 0) return true;
  const ids = late.map(({ id }) => id);
  const texts = late.map(({ text }) => text);
  const signal = AbortSignal.timeout(limitMs);
  const vectors = await reserved
    .embed({ texts, purpose: 'document', signal })
    // The next round asks again for them, with patience, and tells what is wrong.
    .catch(() => undefined);
  if (!vectors) return false;
  const values = vectors.flatMap((vector, index) => {
    const chunkId = ids[index];
    return chunkId === undefined ? [] : [{ chunkId, vector }];
  });
  await embeddingFill.fill(model.id, values);
  // One that was about to be deleted was left out, and may be there still.
  return (await embeddingFill.listLate(model.id, 1, ids)).length === 0;
}
