import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type JobRun, jobRuns, jobs, llmRequests } from '../db/schema/index.ts';
import { keyPage, numberAfter, type Page, type PageRequest } from './pagination.ts';

export type JobRunsRepository = ReturnType<typeof createJobRunsRepository>;

/** How a job waits for something else to happen. */
export type JobWait = {
  /** Since its attempts have come to nothing but waiting; 0 for the first one. */
  waitedMs: number;
  /** Whether the attempt that is under way has asked a model. */
  hasAsked: boolean;
};

/** Attempts at jobs. They have no owner of their own: every method asks whose the job is. */
export function createJobRunsRepository(db: Database) {
  return { listByJob, measureWait };

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

  /** How long a job has waited, without an attempt between that failed, crashed or was paused. */
  async function measureWait(userId: string, jobId: string): Promise<JobWait> {
    const [row] = await db
      .select({
        waitedMs: sql<number>`coalesce((
          select extract(epoch from now() - min(w.started_at)) * 1000 from ${jobRuns} as w
          where w.job_id = ${jobs}.id and w.outcome = 'released' and w.error is not null
            and w.attempt > coalesce((
              select max(r.attempt) from ${jobRuns} as r
              where r.job_id = ${jobs}.id and r.outcome <> 'released'), 0)), 0)::float8`,
        hasAsked: sql<boolean>`exists (
          select from ${llmRequests} as q join ${jobRuns} as r on r.id = q.job_run_id
          where r.job_id = ${jobs}.id and r.ended_at is null)`,
      })
      .from(jobs)
      .where(and(eq(jobs.userId, userId), eq(jobs.id, jobId)));
    return row ?? { waitedMs: 0, hasAsked: false };
  }
}
