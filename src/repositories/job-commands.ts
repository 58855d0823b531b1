import { and, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { batches, type Job, type JobStatus, jobs } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { endedRuns } from './end-runs.ts';
import { COMPLETE_BATCH, REOPENED, WITHOUT_LEASE } from './job-values.ts';
import { createUsersRepository } from './users.ts';

type Command = {
  /** What the job must not be told to do, as in "cannot be …". */
  done: string;
  from: readonly JobStatus[];
  values: Parameters<ReturnType<Database['update']>['set']>[0];
  /** How an attempt that is under way ends. */
  outcome?: 'cancelled' | 'paused';
};

/**
 * What owners tell their jobs. Each returns the job as it is then, or undefined where there is none.
 * An attempt that is under way ends with the same statement: what it still wants to write is refused.
 */
export function createJobCommands(db: Database) {
  return { cancel, pause, resume, reopen, delete: deleteById };

  /** Ends a job for good. @throws AppError `job_state` where it has ended already */
  async function cancel(userId: string, id: string): Promise<Job | undefined> {
    return obey(userId, id, ne(jobs.type, COMPLETE_BATCH), {
      done: 'cancelled',
      from: ['queued', 'running', 'paused'],
      values: { status: 'cancelled', completedAt: sql`now()`, ...WITHOUT_LEASE },
      outcome: 'cancelled',
    });
  }

  /** Keeps a job from being done until it is resumed. @throws AppError `job_state` */
  async function pause(userId: string, id: string): Promise<Job | undefined> {
    return obey(userId, id, ne(jobs.type, COMPLETE_BATCH), {
      done: 'paused',
      from: ['queued', 'running'],
      values: { status: 'paused', ...WITHOUT_LEASE },
      outcome: 'paused',
    });
  }

  /** @throws AppError `job_state` where the job is not paused */
  async function resume(userId: string, id: string): Promise<Job | undefined> {
    return obey(userId, id, undefined, {
      done: 'resumed',
      from: ['paused'],
      values: { status: 'queued' },
    });
  }

  /**
   * Another try of a job that failed, as if it were new. Its runs stay.
   *
   * @throws AppError `job_state` where it has not failed, or its batch has ended or is about to: that is
   *   reopened whole
   */
  async function reopen(userId: string, id: string): Promise<Job | undefined> {
    const open = sql`(${jobs.batchId} is null or exists (select from ${batches} as b
      where b.id = ${jobs.batchId} and b.end_time is null and b.completion_job_id is null))`;
    const done = 'tried again';
    const job = await db.transaction(async (tx) => {
      await createUsersRepository(tx).keepOpen(userId);
      await holdBatch(tx, userId, id);
      return change(tx, userId, id, open, { done, from: ['failed'], values: REOPENED });
    });
    return job ?? refuse(userId, id, done);
  }

  /** @throws AppError `job_state` for what has not ended, and for what a batch counts */
  async function deleteById(userId: string, id: string): Promise<Job | undefined> {
    const [job] = await db
      .delete(jobs)
      .where(
        and(
          isOwned(userId, id),
          inArray(jobs.status, ['completed', 'failed', 'cancelled']),
          isNull(jobs.batchId),
          ne(jobs.type, COMPLETE_BATCH),
        ),
      )
      .returning();
    return job ?? refuse(userId, id, 'deleted');
  }

  async function obey(
    userId: string,
    id: string,
    condition: SQL | undefined,
    command: Command,
  ): Promise<Job | undefined> {
    const job = await db.transaction(async (tx) => {
      await createUsersRepository(tx).keepOpen(userId);
      // Who waits here for a claim must see the run that it begins, and so a statement that began later.
      await tx.select({ id: jobs.id }).from(jobs).where(isOwned(userId, id)).for('no key update');
      return change(tx, userId, id, condition, command);
    });
    return job ?? refuse(userId, id, command.done);
  }

  async function change(
    tx: Database,
    userId: string,
    id: string,
    condition: SQL | undefined,
    { from, values, outcome }: Command,
  ): Promise<Job | undefined> {
    const changed = tx.$with('changed').as(
      tx
        .update(jobs)
        .set(values)
        .where(and(isOwned(userId, id), inArray(jobs.status, [...from]), condition))
        .returning(),
    );
    const changedIds = tx.select({ id: changed.id }).from(changed);
    const ended = endedRuns(tx, changedIds, outcome ?? null);
    const [job] = await tx
      .with(changed, ...(outcome ? [ended] : []))
      .select()
      .from(changed);
    return job;
  }

  /** Nothing was changed: there is no such job, or it is not one that can be told so. */
  async function refuse(userId: string, id: string, done: string): Promise<undefined> {
    const [job] = await db
      .select({ status: jobs.status, type: jobs.type, batchId: jobs.batchId })
      .from(jobs)
      .where(isOwned(userId, id));
    if (!job) return undefined;
    const which =
      job.type === COMPLETE_BATCH ? ' that sums up a batch' : job.batchId ? ' of a batch' : '';
    throw new AppError('job_state', `A job${which} that is ${job.status} cannot be ${done}.`);
  }
}

/** The batch of a job does not end meanwhile. As everywhere, it is locked before any of its jobs. */
async function holdBatch(tx: Database, userId: string, jobId: string): Promise<void> {
  const its = tx.select({ id: jobs.batchId }).from(jobs).where(isOwned(userId, jobId));
  await tx.select({ id: batches.id }).from(batches).where(eq(batches.id, its)).for('share');
}

function isOwned(userId: string, id: string) {
  return and(eq(jobs.userId, userId), eq(jobs.id, id));
}
