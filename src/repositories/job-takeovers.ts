import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobRuns, jobs } from '../db/schema/index.ts';
import type { JobProblem } from '../schemas/jobs.ts';
import { endRuns } from './end-runs.ts';
import type { JobLease } from './job-queue.ts';
import { WITHOUT_LEASE } from './job-values.ts';

export type JobTakeoversRepository = ReturnType<typeof createJobTakeoversRepository>;

/** Crashes of the process under one job after which nobody tries it again. */
const MOST_CRASHES = 3;

const QUARANTINED: JobProblem = {
  code: 'quarantined',
  message: 'The process ended, or was away, three times while it worked on this.',
  permanent: true,
};

/** Jobs that one statement takes over. */
const RECLAIMED = 500;

const isExpired = and(eq(jobs.status, 'running'), sql`${jobs.leaseExpiresAt} < now()`);

/** What becomes of jobs that are marked as running, and that nobody does: jobs of everybody. */
export function createJobTakeoversRepository(db: Database) {
  return { hasExpired, reclaimExpired, releaseStrays };

  /** Whether there is anything to take over. */
  async function hasExpired(): Promise<boolean> {
    const rows = await db.select({ id: jobs.id }).from(jobs).where(isExpired).limit(1);
    return rows.length > 0;
  }

  /**
   * Takes jobs from processes that are gone: they wait again, or are failed once the process has gone
   * under them for the third time.
   *
   * @param everybody also those whose lease is good; for a database that nobody else can have open
   * @returns how many there were
   */
  async function reclaimExpired(everybody = false): Promise<number> {
    let count = 0;
    for (let last = RECLAIMED; last === RECLAIMED; count += last) last = await reclaim(everybody);
    return count;
  }

  async function reclaim(everybody: boolean): Promise<number> {
    // Whoever holds the row is at work: in the middle of a transaction, or about to end the job.
    const free = db
      .select({ id: jobs.id })
      .from(jobs)
      .where(everybody ? eq(jobs.status, 'running') : isExpired)
      .limit(RECLAIMED)
      .for('no key update', { skipLocked: true });
    const isLast = sql`${jobs.crashCount} + 1 >= ${MOST_CRASHES}`;
    const left = db.$with('ended_jobs').as(
      db
        .update(jobs)
        .set({
          status: sql`case when ${isLast} then 'failed' else 'queued' end`,
          crashCount: sql`${jobs.crashCount} + 1`,
          completedAt: sql`case when ${isLast} then now() end`,
          errorCode: sql`case when ${isLast} then ${QUARANTINED.code} else ${jobs.errorCode} end`,
          errorMessage: sql`case when ${isLast} then ${QUARANTINED.message} else ${jobs.errorMessage} end`,
          ...WITHOUT_LEASE,
        })
        .where(sql`${jobs.id} = any(array(${free}))`)
        .returning({ id: jobs.id, status: jobs.status }),
    );
    const error = sql`(select case when status = 'failed' then ${JSON.stringify(QUARANTINED)}::jsonb end
      from ended_jobs where id = ${jobRuns.jobId})`;
    return (await endRuns(db, left, sql`'crashed'`, error)).length;
  }

  /**
   * Gives back the jobs of a process that it does not do. That is no failure of them. What is locked is
   * passed over: a transaction for it is just about to commit.
   *
   * @param worker the process, which claims nothing meanwhile
   * @param held what it does
   * @returns how many there were
   */
  async function releaseStrays(worker: string, held: readonly JobLease[]): Promise<number> {
    const tokens = held.map(({ token }) => token).join();
    const strays = db
      .select({ id: jobs.id })
      .from(jobs)
      .innerJoin(jobRuns, and(eq(jobRuns.jobId, jobs.id), isNull(jobRuns.endedAt)))
      .where(
        and(
          eq(jobs.status, 'running'),
          eq(jobRuns.worker, worker),
          sql`${jobs.leaseToken} <> all(string_to_array(${tokens}, ',')::uuid[])`,
        ),
      )
      .for('no key update', { of: jobs, skipLocked: true });
    const left = db.$with('ended_jobs').as(
      db
        .update(jobs)
        .set({ status: 'queued', ...WITHOUT_LEASE })
        .where(sql`${jobs.id} = any(array(${strays}))`)
        .returning({ id: jobs.id }),
    );
    return (await endRuns(db, left, sql`'released'`, sql`null`)).length;
  }
}
