import type { Database } from '../../src/db/client.ts';
import { query } from './database.ts';

/** What holds at every moment, whoever crashes when; for each, what would break it. */
const VIOLATIONS: Record<string, string> = {
  'a job has a lease exactly while it runs': `select from jobs
    where (status = 'running') <> (lease_token is not null and lease_expires_at is not null)`,
  'a job that runs has one open run, its last': `select from jobs as j where status = 'running' and
    (select array_agg(attempt) from job_runs where job_id = j.id and ended_at is null)
      is distinct from array[j.attempt]`,
  'a job that does not run has no open run': `select from job_runs as r
    join jobs as j on j.id = r.job_id where r.ended_at is null and j.status <> 'running'`,
  'attempts are counted from 1, and each has its run': `select from jobs as j where attempt <>
      (select count(*) from job_runs where job_id = j.id)
    or attempt <> (select coalesce(max(attempt), 0) from job_runs where job_id = j.id)`,
  'a job has a time of its end exactly when it has ended': `select from jobs
    where (status in ('completed', 'failed', 'cancelled')) <> (completed_at is not null)`,
  'a completed job is all done, without an error, by its last run': `select from jobs as j
    where status = 'completed' and (progress < 1 or error_code is not null or 'completed'
      is distinct from (select outcome from job_runs where job_id = j.id and attempt = j.attempt))`,
  'only the last run of a completed job completes': `select from job_runs as r
    join jobs as j on j.id = r.job_id
    where r.outcome = 'completed' and (j.status <> 'completed' or r.attempt < j.attempt)`,
  'a failed job says why': `select from jobs where status = 'failed' and error_code is null`,
  'retries and crashes are those of its runs': `select from jobs as j where reopened_count = 0
    and (retry_count, crash_count) <> (
      select count(*) filter (where outcome = 'retried'), count(*) filter (where outcome = 'crashed')
      from job_runs where job_id = j.id)`,
  'nothing is retried more often than allowed': `select from jobs where retry_count > max_retries`,
  'a third crash is the last': `select from jobs
    where crash_count > 3 or crash_count = 3 and status <> 'failed'`,
  'what a job read is gone once it is completed or cancelled': `select from job_files as f
    join jobs as j on j.id = f.job_id
    where f.kind = 'input' and j.status in ('completed', 'cancelled')`,
  'what is for later is queued, and what is not has come due': `select from jobs
    where later and status <> 'queued'
      or not later and status = 'queued' and run_after > clock_timestamp()`,
  'no more jobs of a batch run than it has workers': `select from batches as b where worker_count <
    (select count(*) from jobs where batch_id = b.id and status = 'running')`,
  'a batch has all its jobs': `select from batches as b where total_files <>
    (select count(*) from jobs where batch_id = b.id)`,
  'a batch that has ended has no open jobs': `select from batches as b where end_time is not null
    and exists (select from jobs
      where batch_id = b.id and status in ('queued', 'running', 'paused'))`,
  'a completion job is that of one batch at most': `select from jobs as j
    where type = 'complete-batch' and 1 < (select count(*) from batches where completion_job_id = j.id)`,
  'an ended batch was summed up': `select from batches
    where status in ('completed', 'failed') and completion_job_id is null`,
};

export const JOB_INVARIANTS = Object.keys(VIOLATIONS);

/**
 * States what always holds of jobs, their runs and their batches. One statement, so that it may be
 * asked at any moment while others work.
 *
 * @returns the sentences that do not hold, with how often
 */
export async function checkJobInvariants(db: Database): Promise<string[]> {
  const counts = Object.entries(VIOLATIONS).map(
    ([sentence, violations]) =>
      `select '${sentence}' as sentence, (select count(*)::integer from (${violations}) as v) as count`,
  );
  const rows = await query<{ sentence: string; count: number }>(db, counts.join('\nunion all '));
  return rows
    .filter(({ count }) => count > 0)
    .map(({ sentence, count }) => `${sentence}: ${count}`);
}
