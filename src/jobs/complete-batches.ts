import { createRepositories } from '../repositories/index.ts';
import { COMPLETE_BATCH } from '../repositories/job-values.ts';
import type { BatchDependencies } from './start-batch.ts';

/** Batches of one statement. */
const BATCHES = 100;

/**
 * Enqueues the job that sums up a batch, for each batch of which nothing is left to do: once for each
 * time that it came to its end, whichever process looks, and whichever ends in between.
 *
 * @returns how many there were
 */
export async function completeBatches(dependencies: BatchDependencies): Promise<number> {
  let count = 0;
  for (;;) {
    const done = await dependencies.repositories.batchEndings.listDone(BATCHES);
    let completed = 0;
    for (const { userId, id } of done) {
      if (await completeBatch(dependencies, userId, id)) completed += 1;
    }
    count += completed;
    // Those that are left, another process sees to.
    if (done.length < BATCHES || completed === 0) return count;
  }
}

async function completeBatch(
  { db, workersBell }: BatchDependencies,
  userId: string,
  id: string,
): Promise<boolean> {
  const completed = await db.transaction(async (tx) => {
    const { batchEndings, batches, jobs } = createRepositories(tx);
    const batch = await batchEndings.lockDone(userId, id);
    if (!batch) return false;
    const { job } = await jobs.create(userId, {
      type: COMPLETE_BATCH,
      parameters: { batchId: id },
      priority: batch.priority,
    });
    await batches.update(userId, id, { completionJobId: job.id });
    return true;
  });
  if (completed) workersBell.ring();
  return completed;
}
