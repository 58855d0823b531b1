import type { Database } from '../db/client.ts';
import type { Repositories } from '../repositories/index.ts';
import type { ClaimedJob } from '../repositories/job-queue.ts';
import { fenced } from './fenced.ts';
import type { JobHandler } from './handler.ts';
import { LeaseLost, toJobProblem } from './job-error.ts';

type RunDependencies = { db: Database; repositories: Repositories; log: Log };
export type Log = { error(details: object, message: string): void };

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 300_000;

/** How a job is watched while it runs. */
export type JobWatch = { signal: AbortSignal; progress: (fraction: number) => void };

/**
 * Makes one attempt at a job, and ends it: completed, failed, or back in the queue. Where the lease
 * is gone, or the signal says that it is no longer ours, nothing is written.
 */
export async function runJob(
  { db, repositories, log }: RunDependencies,
  handler: JobHandler,
  claimed: ClaimedJob,
  { signal, progress }: JobWatch,
): Promise<void> {
  const { jobId, token, ...job } = claimed;
  const lease = { jobId, token };
  const { jobEndings } = repositories;
  try {
    const running = { ...job, id: jobId, signal, progress, db: fenced(db, lease) };
    const { result = null, createdFiles = [], transcriptId = null } = await handler.run(running);
    await jobEndings.complete([{ ...lease, result, createdFiles, transcriptId }]);
  } catch (err) {
    if (err instanceof LeaseLost || signal.aborted) return;
    const { retryAfterMs = 0, ...problem } = toJobProblem(err);
    if (problem.code === 'internal') log.error({ err, jobId, type: job.type }, 'a job failed');
    if (problem.permanent || job.retryCount >= job.maxRetries) {
      await jobEndings.fail(lease, problem);
    } else {
      const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** job.retryCount);
      await jobEndings.retry(lease, problem, retryAfterMs + Math.random() * most);
    }
  }
}
