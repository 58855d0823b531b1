import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobFileParts, jobFiles, jobs } from '../db/schema/index.ts';
import { slicesOf } from './slices.ts';

/** Jobs and parts of files that one statement takes: it stays far from the limit of 10 s. */
export const JOBS = 500;
const PARTS = 500;

/**
 * Deletes jobs, some at a time. Files may be long, so their bytes go first, a piece at a time.
 *
 * @param tx a transaction that has locked the jobs, or the batch whose they are
 */
export async function deleteWithFiles(tx: Database, ids: readonly string[]): Promise<void> {
  for (const slice of slicesOf([...ids], JOBS)) {
    await deleteParts(tx, slice);
    await tx.delete(jobs).where(inArray(jobs.id, slice));
  }
}

async function deleteParts(tx: Database, jobIds: string[]): Promise<void> {
  const parts = tx
    .select({ fileId: jobFileParts.fileId, position: jobFileParts.position })
    .from(jobFileParts)
    .innerJoin(jobFiles, eq(jobFiles.id, jobFileParts.fileId))
    .innerJoin(jobs, and(eq(jobs.userId, jobFiles.userId), eq(jobs.id, jobFiles.jobId)))
    .where(inArray(jobs.id, jobIds))
    .limit(PARTS);
  for (let last = PARTS; last === PARTS; ) {
    const gone = await tx
      .delete(jobFileParts)
      .where(sql`(${jobFileParts.fileId}, ${jobFileParts.position}) in ${parts}`)
      .returning({ position: jobFileParts.position });
    last = gone.length;
  }
}
