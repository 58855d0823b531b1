import type { Batch } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { UpdateBatch } from '../schemas/batches.ts';
import type { BatchDependencies } from './start-batch.ts';

type Change = (repositories: Repositories, batch: Batch) => Promise<Batch | undefined>;

/**
 * Keeps what is left of a batch from being done until it is resumed.
 *
 * @throws AppError `not_found`; `batch_state`
 */
export function pauseBatch(dependencies: BatchDependencies, userId: string, id: string) {
  return changeBatch(dependencies, userId, id, async ({ batches, batchJobs }, batch) => {
    // Once it is being summed up, nothing is left that could be paused.
    if (batch.completionJobId !== null) throw refused(batch, 'paused');
    allow(batch, ['pending', 'running'], 'paused');
    await batchJobs.pause(userId, id);
    return batches.setStatus(userId, id, 'paused');
  });
}

/** @throws AppError `not_found`; `batch_state` */
export function resumeBatch(dependencies: BatchDependencies, userId: string, id: string) {
  return changeBatch(dependencies, userId, id, async ({ batches, batchJobs }, batch) => {
    allow(batch, ['paused'], 'resumed');
    await batchJobs.resume(userId, id);
    return batches.setStatus(userId, id, batch.startTime ? 'running' : 'pending');
  });
}

/** Ends a batch, and all of it that has not ended. @throws AppError `not_found`; `batch_state` */
export function cancelBatch(dependencies: BatchDependencies, userId: string, id: string) {
  return changeBatch(dependencies, userId, id, async ({ batches, batchJobs }, batch) => {
    allow(batch, ['pending', 'running', 'paused'], 'cancelled');
    await batchJobs.cancel(userId, id);
    await batches.update(userId, id, { completionJobId: null });
    return batches.setStatus(userId, id, 'cancelled');
  });
}

/**
 * Tries what failed of a batch again. One that had ended runs again, and is summed up again. Where
 * nothing failed but the summing up, that is tried again.
 *
 * @throws AppError `not_found`; `batch_state`, also where nothing of it has failed
 */
export function retryBatch(dependencies: BatchDependencies, userId: string, id: string) {
  return changeBatch(dependencies, userId, id, async (repositories, batch) => {
    const { batches, batchJobs } = repositories;
    allow(batch, ['pending', 'running', 'completed', 'failed'], 'tried again');
    if (batch.endTime === null && (await isBeingSummedUp(repositories, batch))) {
      throw refused(batch, 'tried again before it has been summed up');
    }
    if ((await batchJobs.reopen(userId, id)) === 0) return sumUpAgain(repositories, batch);
    await batches.update(userId, id, { completionJobId: null });
    return batches.setStatus(userId, id, batch.startTime ? 'running' : 'pending');
  });
}

/** Its number of workers counts from the next job on. @throws AppError `not_found` */
export function updateBatch(
  dependencies: BatchDependencies,
  userId: string,
  id: string,
  changes: UpdateBatch,
) {
  return changeBatch(dependencies, userId, id, async ({ batches, batchJobs }) => {
    if (changes.priority !== undefined) await batchJobs.setPriority(userId, id, changes.priority);
    return batches.update(userId, id, changes);
  });
}

/** Deletes a batch that has ended, with its jobs. @throws AppError `not_found`; `batch_state` */
export async function deleteBatch({ repositories }: BatchDependencies, userId: string, id: string) {
  if (await repositories.batches.deleteEnded(userId, id)) return;
  const batch = await repositories.batches.getById(userId, id);
  throw batch ? refused(batch, 'deleted') : new AppError('not_found');
}

/** Changes a batch and its jobs in one transaction, which locks the batch before them. */
async function changeBatch(
  { db, workersBell }: BatchDependencies,
  userId: string,
  id: string,
  change: Change,
): Promise<Batch> {
  const changed = await db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    await repositories.users.keepOpen(userId);
    const batch = await repositories.batches.lock(userId, id);
    return batch && change(repositories, batch);
  });
  if (!changed) throw new AppError('not_found');
  workersBell.ring();
  return changed;
}

/** Not once that job has failed: somebody has to do something, and may do this. */
async function isBeingSummedUp({ jobs }: Repositories, { userId, completionJobId }: Batch) {
  const job = completionJobId === null ? undefined : await jobs.getById(userId, completionJobId);
  return job !== undefined && job.status !== 'failed';
}

/** Without another try of it, the batch would be open for ever. */
async function sumUpAgain({ jobs }: Repositories, batch: Batch): Promise<Batch> {
  const { userId, completionJobId, endTime } = batch;
  if (completionJobId === null || endTime !== null) {
    throw new AppError('batch_state', 'Nothing of the batch has failed.');
  }
  await jobs.reopen(userId, completionJobId);
  return batch;
}

function allow(batch: Batch, from: readonly Batch['status'][], done: string): void {
  if (!from.includes(batch.status)) throw refused(batch, done);
}

function refused({ status }: Batch, done: string): AppError {
  return new AppError('batch_state', `A batch that is ${status} cannot be ${done}.`);
}
