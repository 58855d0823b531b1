import { type AnyColumn, and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { batches, jobs } from '../db/schema/index.ts';
import { deleteWithFiles, JOBS } from './delete-with-files.ts';

export type JobRetentionRepository = ReturnType<typeof createJobRetentionRepository>;

/** How long what has ended stays, in ms. What was cancelled stays as long as what was completed. */
export type JobRetention = { completedMs: number; failedMs: number };

/** What has ended long ago goes, of everybody. */
export function createJobRetentionRepository(db: Database) {
  return { deleteOld };

  /**
   * Deletes what is old, with its runs and files. What is of a batch goes with all of it. Any number
   * of processes may do this at once.
   *
   * @returns how many jobs that were
   */
  async function deleteOld(retention: JobRetention): Promise<number> {
    let count = 0;
    for (let last = JOBS; last === JOBS; count += last) last = await deleteJobs(retention);
    for (;;) {
      const deleted = await deleteBatch(retention);
      if (deleted === undefined) return count;
      count += deleted;
    }
  }

  /** @returns how many; fewer than `JOBS` where that was all */
  async function deleteJobs(retention: JobRetention): Promise<number> {
    return db.transaction(async (tx) => {
      const old = await tx
        .select({ id: jobs.id })
        .from(jobs)
        .where(
          and(
            isOld(jobs.status, jobs.completedAt, retention),
            sql`${jobs.batchId} is null`,
            sql`not exists (select from ${batches}
              where ${batches.userId} = ${jobs.userId} and ${batches.completionJobId} = ${jobs.id})`,
          ),
        )
        .orderBy(jobs.completedAt)
        .limit(JOBS)
        .for('update', { skipLocked: true });
      const ids = old.map(({ id }) => id);
      await deleteWithFiles(tx, ids);
      return ids.length;
    });
  }

  /** @returns how many jobs it had; undefined where there is no old batch */
  async function deleteBatch(retention: JobRetention): Promise<number | undefined> {
    return db.transaction(async (tx) => {
      const [old] = await tx
        .select({ id: batches.id, completionJobId: batches.completionJobId })
        .from(batches)
        .where(isOld(batches.status, batches.endTime, retention))
        .orderBy(batches.endTime)
        .limit(1)
        .for('update', { skipLocked: true });
      if (!old) return undefined;
      const its = await tx.select({ id: jobs.id }).from(jobs).where(eq(jobs.batchId, old.id));
      const ids = its.map(({ id }) => id);
      if (old.completionJobId) ids.push(old.completionJobId);
      await deleteWithFiles(tx, ids);
      await tx.delete(batches).where(eq(batches.id, old.id));
      return ids.length;
    });
  }
}

function isOld(status: AnyColumn, endedAt: AnyColumn, { completedMs, failedMs }: JobRetention) {
  const before = (ms: number) => sql`now() - ${ms}::float8 * interval '1 millisecond'`;
  // The first condition is what the index is read by.
  return sql`${endedAt} < ${before(Math.min(completedMs, failedMs))}
    and ${endedAt} < case when ${status} = 'failed' then ${before(failedMs)}
      else ${before(completedMs)} end`;
}
