import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Job, jobs } from '../db/schema/index.ts';
import type { JobType } from '../schemas/job-types.ts';
import { createJobCommands } from './job-commands.ts';
import { refuseLostTranscript } from './lost-transcript.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type JobsRepository = ReturnType<typeof createJobsRepository>;

export type NewJob = {
  type: JobType;
  parameters?: Record<string, unknown>;
  priority?: number;
  maxRetries?: number;
  runAfter?: Date;
  transcriptId?: string;
  batchId?: string;
  idempotencyKey?: string;
};

/** Which jobs to list. */
export type JobFilter = { status?: Job['status']; type?: JobType; batchId?: string };

/** Jobs, as their owner sees them. A job exists exactly if the transaction that created it committed. */
export function createJobsRepository(db: Database) {
  return {
    create,
    getById,
    getByIdempotencyKey,
    listByUser,
    noteTranscript,
    ...createJobCommands(db),
  };

  /**
   * @returns the job; that of before, not `created`, when the user has one under this idempotency key
   * @throws AppError `not_found` for a transcript that is not there, or not any more
   */
  async function create(userId: string, values: NewJob): Promise<{ job: Job; created: boolean }> {
    const [job] = await db
      .insert(jobs)
      .values({ ...values, userId })
      .onConflictDoNothing({
        target: [jobs.userId, jobs.idempotencyKey],
        where: sql`${jobs.idempotencyKey} is not null`,
      })
      .returning()
      .catch(refuseLostTranscript);
    if (job) return { job, created: true };
    const known =
      values.idempotencyKey && (await getByIdempotencyKey(userId, values.idempotencyKey));
    if (!known) throw new Error('a job was neither created nor there already');
    return { job: known, created: false };
  }

  async function getById(userId: string, id: string): Promise<Job | undefined> {
    const [job] = await db
      .select()
      .from(jobs)
      .where(and(eq(jobs.userId, userId), eq(jobs.id, id)));
    return job;
  }

  async function getByIdempotencyKey(userId: string, key: string): Promise<Job | undefined> {
    const [job] = await db
      .select()
      .from(jobs)
      .where(and(eq(jobs.userId, userId), eq(jobs.idempotencyKey, key)));
    return job;
  }

  /** Notes which transcript a job has made: in the same transaction, so that it is made once. */
  async function noteTranscript(userId: string, id: string, transcriptId: string): Promise<void> {
    await db
      .update(jobs)
      .set({ transcriptId })
      .where(and(eq(jobs.userId, userId), eq(jobs.id, id)));
  }

  /** The newest first. */
  async function listByUser(
    userId: string,
    { limit, cursor, status, type, batchId }: PageRequest & JobFilter,
  ): Promise<Page<Job>> {
    const rows = await db
      .select({ item: getTableColumns(jobs), at: exactTime(jobs.createdAt) })
      .from(jobs)
      .where(
        and(
          eq(jobs.userId, userId),
          status === undefined ? undefined : eq(jobs.status, status),
          type === undefined ? undefined : eq(jobs.type, type),
          batchId === undefined ? undefined : eq(jobs.batchId, batchId),
          olderThan(jobs.createdAt, jobs.id, cursor),
        ),
      )
      .orderBy(desc(jobs.createdAt), desc(jobs.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }
}
