import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  real,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { CreatedFile } from '../../schemas/jobs.ts';
import { batches } from './batches.ts';
import { anyJson, createdAt, id, moment, oneOf, updatedAt } from './columns.ts';
import { transcripts } from './transcripts.ts';
import { users } from './users.ts';

export const JOB_STATUSES = [
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  'paused',
] as const;

/**
 * Work that takes long. Triggers refuse changes of status that are not allowed, count `version`, keep a
 * batch within its number of workers and `later` true, and empty what told of a deleted transcript.
 */
export const jobs = pgTable(
  'jobs',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The name of its handler. */
    type: varchar('type', { length: 50 }).notNull(),
    status: varchar('status', { length: 50, enum: JOB_STATUSES }).notNull().default('queued'),
    /** Among the jobs of one user the highest goes first; between users they take turns. */
    priority: integer('priority').notNull().default(0),
    parameters: jsonb('parameters').$type<Record<string, unknown>>().notNull().default({}),
    /** What is done of it, 0 to 1. */
    progress: real('progress').notNull().default(0),
    errorCode: varchar('error_code', { length: 50 }),
    errorMessage: text('error_message'),
    result: anyJson('result'),
    createdFiles: jsonb('created_files').$type<CreatedFile[]>().notNull().default([]),
    /** What it is about, or made. */
    transcriptId: uuid('transcript_id'),
    batchId: uuid('batch_id'),
    /** Attempts so far. */
    attempt: integer('attempt').notNull().default(0),
    /** Attempts that failed and may be made again. */
    retryCount: integer('retry_count').notNull().default(0),
    maxRetries: integer('max_retries').notNull().default(3),
    /** Attempts whose process was gone before they ended. */
    crashCount: integer('crash_count').notNull().default(0),
    /** How often somebody asked for another try of what had failed; the only way out of `failed`. */
    reopenedCount: integer('reopened_count').notNull().default(0),
    /** Not before this moment. */
    runAfter: moment('run_after').notNull().defaultNow(),
    /** Queued, and not for now: no claim looks at it. Kept by a trigger; `wakeDue` ends it in time. */
    later: boolean('later').notNull().default(false),
    /** Whoever has it may write for the job; a new one for every attempt. */
    leaseToken: uuid('lease_token'),
    leaseExpiresAt: moment('lease_expires_at'),
    lastHeartbeat: moment('last_heartbeat'),
    idempotencyKey: varchar('idempotency_key', { length: 255 }),
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    /** Rises with every change that its owner can see; the id of an event. */
    version: integer('version').notNull().default(1),
    /** The order of what was enqueued in the same moment. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('jobs_user_id_id_unique').on(t.userId, t.id),
    uniqueIndex('jobs_idempotency_key_unique')
      .on(t.userId, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    // What is claimed next, for each user, type and priority: what is of no batch, then each batch.
    index('jobs_queued_index')
      .on(
        t.userId,
        t.type,
        t.priority.desc().nullsFirst(),
        laneOf(t.batchId),
        t.runAfter,
        t.position,
      )
      .where(sql`${t.status} = 'queued' and not ${t.later}`),
    index('jobs_later_index').on(t.runAfter).where(sql`${t.later}`),
    // By their batches: how many of each run is counted by every claim.
    index('jobs_running_index').on(t.batchId).where(sql`${t.status} = 'running'`),
    index('jobs_user_id_created_at_index').on(
      t.userId,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
    ),
    index('jobs_batch_index').on(t.batchId, t.status).where(sql`${t.batchId} is not null`),
    index('jobs_transcript_index')
      .on(t.userId, t.transcriptId)
      .where(sql`${t.transcriptId} is not null`),
    index('jobs_completed_at_index').on(t.completedAt).where(sql`${t.completedAt} is not null`),
    // SET NULL of `transcript_id` alone; the migration says so, Drizzle cannot.
    foreignKey({
      name: 'jobs_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('set null'),
    foreignKey({
      name: 'jobs_batch_fk',
      columns: [t.userId, t.batchId],
      foreignColumns: batchOfUser(),
    }).onDelete('cascade'),
    oneOf('jobs_status_valid', t.status, JOB_STATUSES),
    check('jobs_type_valid', sql`${t.type} ~ '^[a-z][a-z-]*$'`),
    check('jobs_priority_valid', sql`${t.priority} between -100 and 100`),
    check('jobs_progress_valid', sql`${t.progress} between 0 and 1`),
    check('jobs_created_files_valid', sql`jsonb_typeof(${t.createdFiles}) = 'array'`),
    check(
      'jobs_counts_valid',
      sql`${t.retryCount} >= 0 and ${t.crashCount} >= 0 and ${t.attempt} >= 0 and ${t.maxRetries} between 0 and 20`,
    ),
    check(
      'jobs_lease_whole',
      sql`(${t.status} = 'running') = (${t.leaseToken} is not null) and (${t.leaseToken} is null) = (${t.leaseExpiresAt} is null)`,
    ),
    check(
      'jobs_completed_at_whole',
      sql`(${t.status} in ('completed', 'failed', 'cancelled')) = (${t.completedAt} is not null)`,
    ),
    check('jobs_error_whole', sql`(${t.errorCode} is null) = (${t.errorMessage} is null)`),
  ],
);

/** What a job waits in among those of its user, type and priority: its batch, or what is of none. */
export function laneOf(batchId: AnyColumn | SQL): SQL {
  return sql`coalesce(${batchId}, '00000000-0000-0000-0000-000000000000')`;
}

/** Typed by hand: jobs and batches point at each other. */
function batchOfUser(): [AnyPgColumn, AnyPgColumn] {
  return [batches.userId, batches.id];
}

export type Job = typeof jobs.$inferSelect;
export type JobStatus = Job['status'];
