import { and, inArray, isNull, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobRuns } from '../db/schema/index.ts';

/**
 * Ends the open run of each job that was changed, by the same statement.
 *
 * @param left changes the jobs, as `ended_jobs`, and returns their ids
 * @returns the ids of the jobs
 */
export function endRuns(
  db: Database,
  left: Parameters<Database['with']>[0] & { id: unknown },
  outcome: SQL,
  error: SQL,
) {
  return db
    .with(left)
    .update(jobRuns)
    .set({ endedAt: sql`now()`, outcome: sql`${outcome}`, error: sql`${error}` })
    .where(
      sql`${jobRuns.endedAt} is null and ${jobRuns.jobId} = any(array(select id from ended_jobs))`,
    )
    .returning({ jobId: jobRuns.jobId });
}

/**
 * Part of a statement that changes jobs: ends the attempts that are under way.
 *
 * @param jobIds a query of the ids of the jobs that were changed
 */
export function endedRuns(
  db: Database,
  jobIds: SQLWrapper,
  outcome: 'cancelled' | 'paused' | null,
) {
  return db.$with('ended').as(
    db
      .update(jobRuns)
      .set({ endedAt: sql`now()`, outcome })
      .where(and(isNull(jobRuns.endedAt), inArray(jobRuns.jobId, jobIds)))
      .returning({ id: jobRuns.id }),
  );
}
