import type { Batch as BatchRow } from '../db/schema/index.ts';
import type { BatchCount } from '../repositories/batch-jobs.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Batch, BatchCounts, BatchWithFailures } from '../schemas/batches.ts';

/** Failures that a batch, and what sums it up, names. */
export const FAILURES = 20;

/** Batches with what is done of them, which is counted from their jobs. */
export async function presentBatches(
  { batchJobs }: Repositories,
  userId: string,
  rows: readonly BatchRow[],
): Promise<Batch[]> {
  const ids = rows.map(({ id }) => id);
  const counted = Map.groupBy(await batchJobs.count(userId, ids), ({ batchId }) => batchId);
  return rows.map((row) => ({ ...row, ...measure(counted.get(row.id) ?? []) }));
}

/** A batch with what is done of it, and the first of its jobs that failed. */
export async function presentBatch(
  repositories: Repositories,
  userId: string,
  row: BatchRow,
): Promise<BatchWithFailures> {
  const { batchJobs } = repositories;
  const measured = measure(await batchJobs.count(userId, [row.id]));
  const hasFailures = measured.counts.failed > 0;
  const failures = hasFailures ? await batchJobs.listFailures(userId, row.id, FAILURES) : [];
  return { ...row, ...measured, failures };
}

/** What is done of jobs: one that has ended counts as done, however it ended. */
export function measure(counted: readonly BatchCount[]) {
  const counts: BatchCounts = {
    queued: 0,
    running: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    paused: 0,
  };
  let begun = 0;
  for (const { status, count, progress } of counted) {
    counts[status] = count;
    if (status === 'queued' || status === 'running' || status === 'paused') begun += progress;
  }
  const processed = counts.completed + counts.failed + counts.cancelled;
  const total = processed + counts.queued + counts.running + counts.paused;
  return {
    counts,
    processed,
    progress: total === 0 ? 0 : Math.min(1, (processed + begun) / total),
  };
}
