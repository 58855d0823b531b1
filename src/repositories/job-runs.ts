import { and, desc, eq, getTableColumns, lt } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type JobRun, jobRuns, jobs } from '../db/schema/index.ts';
import { keyPage, numberAfter, type Page, type PageRequest } from './pagination.ts';

export type JobRunsRepository = ReturnType<typeof createJobRunsRepository>;

/** Attempts at jobs. They have no owner of their own: every method asks whose the job is. */
export function createJobRunsRepository(db: Database) {
  return { listByJob };

  /** The last attempt first. */
  async function listByJob(
    userId: string,
    jobId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<JobRun>> {
    const rows = await db
      .select(getTableColumns(jobRuns))
      .from(jobRuns)
      .innerJoin(jobs, and(eq(jobs.id, jobRuns.jobId), eq(jobs.userId, userId)))
      .where(
        and(
          eq(jobRuns.jobId, jobId),
          cursor === undefined ? undefined : lt(jobRuns.attempt, numberAfter(cursor)),
        ),
      )
      .orderBy(desc(jobRuns.attempt))
      .limit(limit + 1);
    return keyPage(rows, limit, (run) => run.attempt);
  }
}
