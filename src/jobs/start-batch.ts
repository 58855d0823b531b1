import type { Database } from '../db/client.ts';
import type { Batch } from '../db/schema/index.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { CreateBatch } from '../schemas/batches.ts';
import type { Bell } from './bell.ts';
import { requestOf } from './requests.ts';

export type BatchDependencies = { db: Database; repositories: Repositories; workersBell: Bell };

/**
 * Stores a batch with a job for each of its items, or nothing.
 *
 * @throws AppError for the first item that is wrong, with its place
 */
export async function startBatch(
  { db, repositories, workersBell }: BatchDependencies,
  userId: string,
  { items, maxRetries, ...values }: CreateBatch,
): Promise<Batch> {
  const at = (item: number) => `/items/${item}`;
  const accepted = await requestOf(values.type).accept(repositories, userId, items, at);
  const batch = await db.transaction(async (tx) => {
    const { batches, batchJobs } = createRepositories(tx);
    const created = await batches.create(userId, { ...values, totalFiles: items.length });
    await batchJobs.createMany(userId, created, accepted, maxRetries);
    return created;
  });
  workersBell.ring();
  return batch;
}
