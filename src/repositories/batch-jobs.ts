import { and, asc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Batch, batches, type JobStatus, jobs } from '../db/schema/index.ts';
import type { BatchFailure } from '../schemas/batches.ts';
import { type BatchJob, createBatchItems } from './batch-items.ts';
import { endedRuns } from './end-runs.ts';
import { REOPENED, WITHOUT_LEASE } from './job-values.ts';

export type BatchJobsRepository = ReturnType<typeof createBatchJobsRepository>;

/** How many jobs of a batch are in a status, and what is done of them, added up. */
export type BatchCount = { batchId: string; status: JobStatus; count: number; progress: number };

type Command = {
  /** Which jobs; those of the batch, where it is not said. */
  of?: SQL | undefined;
  from: readonly JobStatus[];
  values: Parameters<ReturnType<Database['update']>['set']>[0];
  /** How attempts that are under way end. */
  outcome?: 'cancelled' | 'paused';
};

/** The jobs of batches. Whoever changes them has locked the batch before. */
export function createBatchJobsRepository(db: Database) {
  return { createMany, count, listFailures, pause, resume, cancel, reopen, setPriority };

  /** One job for each item, in the order of the items, with what it will read. */
  async function createMany(
    userId: string,
    batch: Pick<Batch, 'id' | 'type' | 'priority'>,
    items: readonly BatchJob[],
    maxRetries?: number,
  ): Promise<void> {
    await createBatchItems(db, userId, batch, items, maxRetries);
  }

  /** Of all the batches in one statement, which sees one state of them. */
  async function count(userId: string, batchIds: readonly string[]): Promise<BatchCount[]> {
    if (batchIds.length === 0) return [];
    return db
      .select({
        batchId: sql<string>`${jobs.batchId}`,
        status: jobs.status,
        count: sql<number>`count(*)::integer`,
        progress: sql<number>`sum(${jobs.progress}::float8)`,
      })
      .from(jobs)
      .where(and(eq(jobs.userId, userId), inArray(jobs.batchId, [...batchIds])))
      .groupBy(jobs.batchId, jobs.status);
  }

  /** The first failed ones, in the order of the items. */
  async function listFailures(
    userId: string,
    batchId: string,
    limit: number,
  ): Promise<BatchFailure[]> {
    const numbered = db.$with('numbered').as(
      db
        .select({
          item: sql<number>`(row_number() over (order by ${jobs.position}) - 1)::integer`.as(
            'item',
          ),
          jobId: jobs.id,
          status: jobs.status,
          errorCode: jobs.errorCode,
          errorMessage: jobs.errorMessage,
        })
        .from(jobs)
        .where(isOf(userId, batchId)),
    );
    const { status, ...failure } = numbered._.selectedFields;
    return db
      .with(numbered)
      .select(failure)
      .from(numbered)
      .where(eq(status, 'failed'))
      .orderBy(asc(numbered.item))
      .limit(limit);
  }

  /** Those that wait or run stop; whoever runs one has lost it. @returns how many */
  async function pause(userId: string, batchId: string): Promise<number> {
    const values = { status: 'paused', ...WITHOUT_LEASE };
    return change(userId, batchId, { from: ['queued', 'running'], values, outcome: 'paused' });
  }

  /** Those that are paused wait again. @returns how many */
  async function resume(userId: string, batchId: string): Promise<number> {
    return change(userId, batchId, { from: ['paused'], values: { status: 'queued' } });
  }

  /** All that has not ended ends, and what was to sum it up. @returns how many */
  async function cancel(userId: string, batchId: string): Promise<number> {
    const values = { status: 'cancelled', completedAt: sql`now()`, ...WITHOUT_LEASE };
    const from = ['queued', 'running', 'paused'] as const;
    const of = or(isOf(userId, batchId), isSummaryOf(userId, batchId));
    return change(userId, batchId, { of, from, values, outcome: 'cancelled' });
  }

  /** Those that failed are tried again, as if they were new. @returns how many */
  async function reopen(userId: string, batchId: string): Promise<number> {
    return change(userId, batchId, { from: ['failed'], values: REOPENED });
  }

  /** Of those that have not ended. @returns how many */
  async function setPriority(userId: string, batchId: string, priority: number): Promise<number> {
    return change(userId, batchId, { from: ['queued', 'running', 'paused'], values: { priority } });
  }

  /**
   * Changes what is in some status, and ends the attempts that are under way. The rows are locked by
   * their ids in order, like beats do it, so that no two wait for each other.
   */
  async function change(
    userId: string,
    batchId: string,
    { of = isOf(userId, batchId), from, values, outcome }: Command,
  ): Promise<number> {
    const held = db.$with('held').as(
      db
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(of, inArray(jobs.status, [...from])))
        .orderBy(asc(jobs.id))
        .for('no key update'),
    );
    const changed = db.$with('changed').as(
      db
        .update(jobs)
        .set(values)
        .where(inArray(jobs.id, db.select({ id: held.id }).from(held)))
        .returning({ id: jobs.id }),
    );
    const changedIds = db.select({ id: changed.id }).from(changed);
    const ended = endedRuns(db, changedIds, outcome ?? null);
    const [row] = await db
      .with(held, changed, ...(outcome ? [ended] : []))
      .select({ count: sql<number>`count(*)::integer` })
      .from(changed);
    return row?.count ?? 0;
  }
}

function isOf(userId: string, batchId: string) {
  return and(eq(jobs.userId, userId), eq(jobs.batchId, batchId));
}

function isSummaryOf(userId: string, batchId: string) {
  const its = sql`(select b.completion_job_id from ${batches} as b
    where b.user_id = ${userId} and b.id = ${batchId})`;
  return and(eq(jobs.userId, userId), eq(jobs.id, its));
}
