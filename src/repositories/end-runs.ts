import { type SQL, sql } from 'drizzle-orm';
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
