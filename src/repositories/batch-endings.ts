import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Batch, batches, jobs } from '../db/schema/index.ts';

export type BatchEndingsRepository = ReturnType<typeof createBatchEndingsRepository>;

/** Batches of which nothing is left to do, of everybody. */
export function createBatchEndingsRepository(db: Database) {
  return { listDone, lockDone, hasUnfinished };

  /** At most `limit` that have no completion job yet. */
  async function listDone(limit: number): Promise<Pick<Batch, 'id' | 'userId'>[]> {
    return db
      .select({ id: batches.id, userId: batches.userId })
      .from(batches)
      .where(and(isOpen, isNull(batches.completionJobId), sql`${unfinishedJob} is null`))
      .orderBy(asc(batches.id))
      .limit(limit);
  }

  /**
   * Locks a batch of which nothing is left to do, and that has no completion job.
   *
   * @returns the batch; undefined where it is not so any more, or another process sees to it
   */
  async function lockDone(userId: string, id: string): Promise<Batch | undefined> {
    const [batch] = await db
      .select()
      .from(batches)
      .where(
        and(
          eq(batches.userId, userId),
          eq(batches.id, id),
          isOpen,
          isNull(batches.completionJobId),
        ),
      )
      .for('no key update', { skipLocked: true });
    // A statement of its own, which sees what was committed before the lock was taken.
    return batch && !(await hasUnfinished(userId, id)) ? batch : undefined;
  }

  /** Whether something of a batch waits, runs or is paused. */
  async function hasUnfinished(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .select({ id: batches.id })
      .from(batches)
      .where(
        and(eq(batches.userId, userId), eq(batches.id, id), sql`${unfinishedJob} is not null`),
      );
    return rows.length > 0;
  }
}

/** As the condition of `batches_open_index`. */
const isOpen = inArray(batches.status, ['pending', 'running']);

/** One probe of the index for each batch, whatever the planner knows about them. */
const unfinishedJob = sql`(select j.id from ${jobs} as j where j.batch_id = ${batches.id}
  and j.status in ('queued', 'running', 'paused') limit 1)`;
