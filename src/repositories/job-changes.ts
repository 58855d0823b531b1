import { getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Job, jobs } from '../db/schema/index.ts';

export type JobChangesRepository = ReturnType<typeof createJobChangesRepository>;

/** A job that somebody watches, and the version that they have seen. */
export type JobWatch = { userId: string; id: string; version: number };

/** What happens to jobs, for those who watch them. */
export function createJobChangesRepository(db: Database) {
  return { listChanged, listGone };

  /** @returns those of the jobs that have a later version; one statement for all watches of a process */
  async function listChanged(watches: readonly JobWatch[]): Promise<Job[]> {
    if (watches.length === 0) return [];
    return db
      .select(getTableColumns(jobs))
      .from(
        sql`json_to_recordset(${JSON.stringify(watches)}::json) as w("userId" uuid, "id" uuid,
          "version" integer)`,
      )
      .innerJoin(
        jobs,
        sql`${jobs.userId} = w."userId" and ${jobs.id} = w."id" and ${jobs.version} > w."version"`,
      );
  }

  /** @returns the ids of those of the jobs that are no longer there */
  async function listGone(watches: readonly Omit<JobWatch, 'version'>[]): Promise<string[]> {
    if (watches.length === 0) return [];
    const rows = await db
      .select({ id: sql<string>`w."id"` })
      .from(sql`json_to_recordset(${JSON.stringify(watches)}::json) as w("userId" uuid, "id" uuid)`)
      .where(
        sql`not exists (select from ${jobs} where ${jobs.userId} = w."userId" and ${jobs.id} = w."id")`,
      );
    return rows.map(({ id }) => id);
  }
}
