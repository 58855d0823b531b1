import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobs } from '../db/schema/index.ts';
import type { JobLease } from './job-queue.ts';

export type JobLeasesRepository = ReturnType<typeof createJobLeasesRepository>;

/** Who holds which job, as workers ask it: jobs of everybody. */
export function createJobLeasesRepository(db: Database) {
  return { listGood, extend };

  /** Waits for nobody. @returns the ids of the jobs whose lease is still that one */
  async function listGood(leases: readonly JobLease[]): Promise<string[]> {
    if (leases.length === 0) return [];
    const rows = await db
      .select({ id: jobs.id })
      .from(
        sql`json_to_recordset(${JSON.stringify(leases)}::json) as held("jobId" uuid, "token" uuid)`,
      )
      .innerJoin(jobs, sql`${jobs.id} = held."jobId" and ${jobs.leaseToken} = held."token"`);
    return rows.map(({ id }) => id);
  }

  /**
   * Makes a lease good from this moment on, for as long as the last beat did: at the end of a
   * transaction that held the job for longer than that. `now()` would be the transaction's beginning.
   */
  async function extend({ jobId, token }: JobLease): Promise<void> {
    await db
      .update(jobs)
      .set({
        leaseExpiresAt: sql`clock_timestamp() + (${jobs.leaseExpiresAt} - ${jobs.lastHeartbeat})`,
        lastHeartbeat: sql`clock_timestamp()`,
      })
      .where(and(eq(jobs.id, jobId), eq(jobs.leaseToken, token)));
  }
}
