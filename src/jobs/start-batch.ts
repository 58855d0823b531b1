import type { Database } from '../db/client.ts';
import type { Batch } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { CreateBatch } from '../schemas/batches.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import type { Bell } from './bell.ts';
import { hashBatch } from './request-hash.ts';
import { requestOf } from './requests.ts';

export type BatchDependencies = { db: Database; repositories: Repositories; workersBell: Bell };

/**
 * Stores a batch with a job for each of its items, or nothing.
 *
 * @param idempotencyKey the same items again, under the same key, are the same batch; see `hashBatch`
 * @returns the batch; that of before where the user has the same one under the key
 * @throws AppError for the first item that is wrong, with its place; `idempotency_mismatch` for a key
 *   under which another batch was started
 */
export async function startBatch(
  { db, repositories, workersBell }: BatchDependencies,
  userId: string,
  { items, maxRetries, ...values }: CreateBatch,
  idempotencyKey: string | null,
): Promise<Batch> {
  const at = (item: number) => `/items/${item}`;
  const accepted = await requestOf(values.type).accept(repositories, userId, items, at);
  const requestHash = await inSlices(hashBatch({ type: values.type, items }));
  const known = idempotencyKey === null ? {} : { idempotencyKey, requestHash };
  const started = await db.transaction(async (tx) => {
    const { batches, batchJobs, users } = createRepositories(tx);
    await users.keepOpen(userId);
    const { batch, created } = await batches.create(userId, {
      ...values,
      ...known,
      totalFiles: items.length,
    });
    if (created) await batchJobs.createMany(userId, batch, accepted, maxRetries);
    else if (batch.requestHash !== requestHash) throw new AppError('idempotency_mismatch');
    return batch;
  });
  workersBell.ring();
  return started;
}
