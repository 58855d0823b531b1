import type { ClaimedJob } from '../repositories/job-queue.ts';
import { fullJitter } from './jitter.ts';
import { type JobFailure, toJobFailure } from './job-problem.ts';
import type { RunDependencies } from './run-job.ts';

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 300_000;

/** What the owner of a job cannot have caused; its log line says what it was. */
const OUR_FAULTS = new Set(['internal', 'unavailable', 'invalid_result']);

/**
 * Ends an attempt that came to nothing: the job failed, or is back in the queue. Where it was
 * cancelled or paused meanwhile, what broke by that is nobody's fault, and nothing is logged.
 *
 * @param error what the handler threw
 * @throws what keeps the end from being written
 */
export async function endFailed(
  { repositories, log }: Pick<RunDependencies, 'repositories' | 'log'>,
  claimed: ClaimedJob,
  error: unknown,
): Promise<void> {
  const failure = toJobFailure(error);
  let isOurs = true;
  try {
    isOurs = await end(repositories, claimed, failure);
  } finally {
    if (isOurs && OUR_FAULTS.has(failure.problem.code)) {
      log.error({ err: error, jobId: claimed.jobId, type: claimed.type }, 'a job failed');
    }
  }
}

/** @returns whether the lease was still good */
async function end(
  { jobEndings }: RunDependencies['repositories'],
  { jobId, token, retryCount, maxRetries }: ClaimedJob,
  { problem, retryAfterMs }: JobFailure,
): Promise<boolean> {
  const lease = { jobId, token };
  if (problem.permanent || retryCount >= maxRetries) return jobEndings.fail(lease, problem);
  const jitter = fullJitter(retryCount, FIRST_DELAY_MS, LONGEST_DELAY_MS);
  return jobEndings.retry(lease, problem, retryAfterMs + jitter);
}
