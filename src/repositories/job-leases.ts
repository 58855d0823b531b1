import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobs } from '../db/schema/index.ts';
import type { JobLease } from './job-queue.ts';

export type JobLeasesRepository = ReturnType<typeof createJobLeasesRepository>;

/** Who holds which job, as workers ask it: jobs of everybody. */
export function createJobLeasesRepository(db: Database) {
  return { listGood };

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
}
