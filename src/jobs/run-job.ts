import type { Database } from '../db/client.ts';
import type { JobEndingsRepository } from '../repositories/job-endings.ts';
import type { ClaimedJob } from '../repositories/job-queue.ts';
import type { JobRunsRepository } from '../repositories/job-runs.ts';
import { endFailed } from './end-failed.ts';
import { fenced } from './fenced.ts';
import type { JobHandler } from './handler.ts';
import { LeaseLost } from './job-error.ts';
import type { Log } from './log.ts';
import { toCompletion } from './to-completion.ts';

/** How attempts are ended. */
export type Endings = {
  jobEndings: Pick<JobEndingsRepository, 'complete' | 'fail' | 'retry' | 'wait'>;
  jobRuns: Pick<JobRunsRepository, 'measureWait'>;
};

export type RunDependencies = {
  db: Database;
  repositories: Endings;
  log: Pick<Log, 'error'>;
};

/** How a job is watched while it runs. */
export type JobWatch = { signal: AbortSignal; progress: (fraction: number) => void };

/**
 * Makes one attempt at a job, and ends it: completed, failed, or back in the queue. Where the lease
 * is gone, or the signal says that it is no longer ours, nothing is written.
 *
 * @throws what keeps the end from being written
 */
export async function runJob(
  { db, repositories, log }: RunDependencies,
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
    if (!signal.aborted) await repositories.jobEndings.complete([completion]);
  } catch (err) {
    if (err instanceof LeaseLost || signal.aborted) return;
    await endFailed({ repositories, log }, handler, claimed, err);
  }
}
