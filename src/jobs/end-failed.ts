import type { ClaimedJob } from '../repositories/job-queue.ts';
import type { JobHandler } from './handler.ts';
import { fullJitter } from './jitter.ts';
import { type JobFailure, toJobFailure } from './job-problem.ts';
import type { RunDependencies } from './run-job.ts';

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 300_000;

/** A job that has waited for so long has failed: what it waits for does not come, or never is enough. */
const LONGEST_WAIT_MS = 30 * 24 * 3_600_000;

/** What the owner of a job cannot have caused; its log line says what it was. */
const OUR_FAULTS = new Set(['internal', 'unavailable', 'invalid_result']);

/**
 * Ends an attempt that came to nothing: the job failed, or is back in the queue. Where it was
 * cancelled or paused meanwhile, what broke by that is nobody's fault, and nothing is logged.
 *
 * What has to wait for something else has not failed, unless the attempt had asked models for what is
 * lost with it: a job that needs more than a day's quota would else use it up every day.
 *
 * @param error what the handler threw
 * @throws what keeps the end from being written
 */
export async function endFailed(
  { repositories, log }: Pick<RunDependencies, 'repositories' | 'log'>,
  handler: Pick<JobHandler, 'keepsWork'>,
  claimed: ClaimedJob,
  error: unknown,
): Promise<void> {
  const failure = toJobFailure(error);
  let isOurs = true;
  try {
    isOurs = await end(repositories, handler, claimed, failure);
  } finally {
    if (isOurs && OUR_FAULTS.has(failure.problem.code)) {
      log.error({ err: error, jobId: claimed.jobId, type: claimed.type }, 'a job failed');
    }
  }
}

/** @returns whether the lease was still good */
async function end(
  { jobEndings, jobRuns }: RunDependencies['repositories'],
  { keepsWork = false }: Pick<JobHandler, 'keepsWork'>,
  { jobId, token, userId, retryCount, maxRetries }: ClaimedJob,
  { problem, retryAfterMs, waits }: JobFailure,
): Promise<boolean> {
  const lease = { jobId, token };
  const jitter = fullJitter(retryCount, FIRST_DELAY_MS, LONGEST_DELAY_MS);
  if (waits) {
    const { waitedMs, hasAsked } = await jobRuns.measureWait(userId, jobId);
    if (waitedMs > LONGEST_WAIT_MS) {
      const message = `${problem.message} The job has waited for 30 days.`;
      return jobEndings.fail(lease, { ...problem, message });
    }
    // Each look is a run: they become fewer.
    const pauseMs = Math.max(retryAfterMs, Math.min(waitedMs / 10, LONGEST_DELAY_MS));
    if (keepsWork || !hasAsked) return jobEndings.wait(lease, problem, pauseMs + jitter);
  }
  if (problem.permanent || retryCount >= maxRetries) return jobEndings.fail(lease, problem);
  return jobEndings.retry(lease, problem, retryAfterMs + jitter);
}
