import { sql } from 'drizzle-orm';
import {
  check,
  integer,
  jsonb,
  pgTable,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { JobProblem } from '../../schemas/jobs.ts';
import { createdAt, id, moment, oneOf } from './columns.ts';
import { jobs } from './jobs.ts';

/**
 * How an attempt ended. `retried`: it failed, and the job waits for the next one. `crashed`: its process
 * ended, or was away. `released`: something else has to happen first, as `error` says, or its process had to
 * stop or lost the database; that is no failure.
 */
export const RUN_OUTCOMES = [
  'completed',
  'failed',
  'retried',
  'crashed',
  'released',
  'paused',
  'cancelled',
] as const;

/** One attempt of a job. Like messages, runs have no owner column: they belong to whom the job does. */
export const jobRuns = pgTable(
  'job_runs',
  {
    id,
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    /** Counted from 1. */
    attempt: integer('attempt').notNull(),
    /** The process that made it. */
    worker: varchar('worker', { length: 255 }).notNull(),
    startedAt: moment('started_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
    outcome: varchar('outcome', { length: 50, enum: RUN_OUTCOMES }),
    error: jsonb('error').$type<JobProblem>(),
    createdAt,
  },
  (t) => [
    unique('job_runs_attempt_unique').on(t.jobId, t.attempt),
    // A job is done by one at a time.
    uniqueIndex('job_runs_open_unique').on(t.jobId).where(sql`${t.endedAt} is null`),
    oneOf('job_runs_outcome_valid', t.outcome, RUN_OUTCOMES),
    check('job_runs_attempt_valid', sql`${t.attempt} > 0`),
    check('job_runs_end_whole', sql`(${t.endedAt} is null) = (${t.outcome} is null)`),
  ],
);

export type JobRun = typeof jobRuns.$inferSelect;
export type RunOutcome = NonNullable<JobRun['outcome']>;
