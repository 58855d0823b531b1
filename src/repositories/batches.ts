import { and, desc, eq, getTableColumns, isNotNull, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Batch, batches, jobs } from '../db/schema/index.ts';
import { deleteWithFiles } from './delete-with-files.ts';
import { inserted } from './inserted.ts';
import { COMPLETE_BATCH } from './job-values.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type BatchesRepository = ReturnType<typeof createBatchesRepository>;

export type NewBatch = Pick<Batch, 'name' | 'type' | 'totalFiles'> &
  Partial<Pick<Batch, 'priority' | 'workerCount' | 'idempotencyKey' | 'requestHash'>>;

export type BatchChanges = Partial<
  Pick<Batch, 'name' | 'priority' | 'workerCount' | 'completionJobId'>
>;

/** Batches, without their jobs; see `batch-jobs.ts` for those. */
export function createBatchesRepository(db: Database) {
  return { create, getById, lock, listByUser, update, setStatus, deleteEnded };

  /** @returns the batch; that of before, not `created`, when the user has one under this key */
  async function create(
    userId: string,
    values: NewBatch,
  ): Promise<{ batch: Batch; created: boolean }> {
    const [batch] = await db
      .insert(batches)
      .values({ ...values, userId })
      .onConflictDoNothing({
        target: [batches.userId, batches.idempotencyKey],
        where: sql`${batches.idempotencyKey} is not null`,
      })
      .returning();
    if (batch) return { batch, created: true };
    const [known] = await db
      .select()
      .from(batches)
      .where(
        and(eq(batches.userId, userId), eq(batches.idempotencyKey, values.idempotencyKey ?? '')),
      );
    return { batch: inserted(known), created: false };
  }

  async function getById(userId: string, id: string): Promise<Batch | undefined> {
    const [batch] = await db.select().from(batches).where(isOwned(userId, id));
    return batch;
  }

  /**
   * A batch that stays as it is until the transaction ends: it does not end, and none of its jobs
   * begins. Whoever changes a batch and its jobs locks the batch first.
   */
  async function lock(userId: string, id: string): Promise<Batch | undefined> {
    const [batch] = await db.select().from(batches).where(isOwned(userId, id)).for('no key update');
    return batch;
  }

  /** The newest first. */
  async function listByUser(userId: string, { limit, cursor }: PageRequest): Promise<Page<Batch>> {
    const rows = await db
      .select({ item: getTableColumns(batches), at: exactTime(batches.createdAt) })
      .from(batches)
      .where(and(eq(batches.userId, userId), olderThan(batches.createdAt, batches.id, cursor)))
      .orderBy(desc(batches.createdAt), desc(batches.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  /** @param changes at least one */
  async function update(
    userId: string,
    id: string,
    changes: BatchChanges,
  ): Promise<Batch | undefined> {
    const [batch] = await db.update(batches).set(changes).where(isOwned(userId, id)).returning();
    return batch;
  }

  /** Also notes when it ended, or that it has not. */
  async function setStatus(
    userId: string,
    id: string,
    status: Batch['status'],
  ): Promise<Batch | undefined> {
    const hasEnded = status === 'completed' || status === 'failed' || status === 'cancelled';
    const [batch] = await db
      .update(batches)
      .set({ status, endTime: hasEnded ? sql`coalesce(${batches.endTime}, now())` : null })
      .where(isOwned(userId, id))
      .returning();
    return batch;
  }

  /** @returns whether there was such a batch, and it had ended; its jobs go with it, and what sums it up */
  async function deleteEnded(userId: string, id: string): Promise<boolean> {
    return db.transaction(async (tx) => {
      const [batch] = await tx
        .select({ id: batches.id })
        .from(batches)
        .where(and(isOwned(userId, id), isNotNull(batches.endTime)))
        .for('update');
      if (!batch) return false;
      const its = await tx
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(eq(jobs.userId, userId), or(eq(jobs.batchId, batch.id), isSummaryOf(batch.id))));
      await deleteWithFiles(
        tx,
        its.map((job) => job.id),
      );
      await tx.delete(batches).where(eq(batches.id, batch.id));
      return true;
    });
  }
}

/** One that runs finds out by itself, and is not waited for. */
function isSummaryOf(batchId: string) {
  return and(
    eq(jobs.type, COMPLETE_BATCH),
    isNotNull(jobs.completedAt),
    sql`${jobs.parameters} ->> 'batchId' = ${batchId}`,
  );
}

function isOwned(userId: string, id: string) {
  return and(eq(batches.userId, userId), eq(batches.id, id));
}
