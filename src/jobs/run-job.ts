import type { Database } from '../db/client.ts';
import type { JobEndingsRepository } from '../repositories/job-endings.ts';
import type { ClaimedJob } from '../repositories/job-queue.ts';
import { fenced } from './fenced.ts';
import type { JobHandler } from './handler.ts';
import { fullJitter } from './jitter.ts';
import { LeaseLost } from './job-error.ts';
import { toJobFailure } from './job-problem.ts';
import type { Log } from './log.ts';
import { toCompletion } from './to-completion.ts';

/** How attempts are ended. */
export type Endings = Pick<JobEndingsRepository, 'complete' | 'fail' | 'retry'>;

type RunDependencies = {
  db: Database;
  repositories: { jobEndings: Endings };
  log: Pick<Log, 'error'>;
};

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 300_000;

/** What the owner of a job cannot have caused; its log line says what it was. */
const OUR_FAULTS = new Set(['internal', 'unavailable', 'invalid_result']);

/** How a job is watched while it runs. */
export type JobWatch = { signal: AbortSignal; progress: (fraction: number) => void };

/**
 * Makes one attempt at a job, and ends it: completed, failed, or back in the queue. Where the lease
 * is gone, or the signal says that it is no longer ours, nothing is written.
 *
 * @throws what keeps the end from being written
 */
export async function runJob(
  { db, repositories: { jobEndings }, log }: RunDependencies,
  handler: JobHandler,
  claimed: ClaimedJob,
  { signal, progress }: JobWatch,
): Promise<void> {
  const { jobId, token, ...job } = claimed;
  const lease = { jobId, token };
  try {
    const running = {
      ...job,
      id: jobId,
      signal,
      progress,
      db: fenced(db, lease, handler.endsWithItsJob),
    };
    const completion = toCompletion(lease, await handler.run(running));
    if (!signal.aborted) await jobEndings.complete([completion]);
  } catch (err) {
    if (err instanceof LeaseLost || signal.aborted) return;
    const { problem, retryAfterMs } = toJobFailure(err);
    if (OUR_FAULTS.has(problem.code)) log.error({ err, jobId, type: job.type }, 'a job failed');
    if (problem.permanent || job.retryCount >= job.maxRetries) {
      await jobEndings.fail(lease, problem);
    } else {
      const jitter = fullJitter(job.retryCount, FIRST_DELAY_MS, LONGEST_DELAY_MS);
      await jobEndings.retry(lease, problem, retryAfterMs + jitter);
    }
  }
}
