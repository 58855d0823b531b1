import type { Batch } from '../../db/schema/index.ts';
import { createRepositories } from '../../repositories/index.ts';
import { COMPLETE_BATCH } from '../../repositories/job-values.ts';
import { defineHandler, type JobHandler } from '../handler.ts';
import { JobError } from '../job-error.ts';
import { FAILURES, measure } from '../present-batches.ts';

/** Ends a batch of which nothing is left to do, and says what came of it. */
export function createCompleteBatchHandler(): JobHandler {
  return defineHandler({
    type: COMPLETE_BATCH,
    concurrency: 4,
    run: async ({ id, userId, parameters: { batchId }, db }) =>
      db.transaction(async (tx) => {
        const { batches, batchJobs } = createRepositories(tx);
        const batch = await batches.lock(userId, batchId);
        if (!batch) throw new JobError('not_found', 'The batch was deleted.');
        // Somebody cancelled it, or tried it again after an earlier attempt had ended it.
        if (batch.completionJobId !== id) return { result: null };
        const { counts } = measure(await batchJobs.count(userId, [batchId]));
        const status = counts.failed === batch.totalFiles ? 'failed' : 'completed';
        const ended = await batches.setStatus(userId, batchId, status);
        const failures = await batchJobs.listFailures(userId, batchId, FAILURES);
        // Without the messages, which may say what a transcript says that is deleted one day.
        const failed = failures.map(({ errorMessage: _message, ...failure }) => failure);
        return { result: { status, counts, seconds: secondsOf(ended ?? batch), failures: failed } };
      }),
  });
}

/** From when the first job began. */
function secondsOf({ startTime, createdAt, endTime }: Batch): number {
  const from = startTime ?? createdAt;
  return endTime === null ? 0 : Math.max(0, (endTime.getTime() - from.getTime()) / 1_000);
}
