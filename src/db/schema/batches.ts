import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, moment, oneOf, updatedAt } from './columns.ts';
import { jobs } from './jobs.ts';
import { users } from './users.ts';

export const BATCH_STATUSES = [
  'pending',
  'running',
  'completed',
  'failed',
  'paused',
  'cancelled',
] as const;

/** Jobs that were started together. What is done of them is counted from them, never here. */
export const batches = pgTable(
  'batches',
  {
    /** Begins with the ms in which it was made: claims take batches in the order of their ids. */
    id: uuid('id')
      .primaryKey()
      .default(
        sql`(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
          || right(replace(gen_random_uuid()::text, '-', ''), 20))::uuid`,
      ),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: varchar('name', { length: 255 }).notNull(),
    /** The type of its jobs. */
    type: varchar('type', { length: 50 }).notNull(),
    status: varchar('status', { length: 50, enum: BATCH_STATUSES }).notNull().default('pending'),
    priority: integer('priority').notNull().default(0),
    totalFiles: integer('total_files').notNull(),
    /** How many of its jobs may run at once, over all processes. */
    workerCount: integer('worker_count').notNull().default(8),
    memoryLimitMb: integer('memory_limit_mb').notNull().default(2_048),
    cpuLimitPercent: integer('cpu_limit_percent').notNull().default(90),
    /** The job that sums it up, once nothing of it is left to do. */
    completionJobId: uuid('completion_job_id'),
    idempotencyKey: varchar('idempotency_key', { length: 255 }),
    /** The SHA-256 of what was asked under the key, in hex. */
    requestHash: varchar('request_hash', { length: 64 }),
    startTime: moment('start_time'),
    endTime: moment('end_time'),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('batches_user_id_id_unique').on(t.userId, t.id),
    uniqueIndex('batches_idempotency_key_unique')
      .on(t.userId, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    index('batches_user_id_created_at_index').on(
      t.userId,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
    ),
    // What may have come to its end.
    index('batches_open_index').on(t.id).where(sql`${t.status} in ('pending', 'running')`),
    index('batches_end_time_index').on(t.endTime).where(sql`${t.endTime} is not null`),
    // SET NULL of `completion_job_id` alone; the migration says so, Drizzle cannot.
    foreignKey({
      name: 'batches_completion_job_fk',
      columns: [t.userId, t.completionJobId],
      foreignColumns: jobOfUser(),
    }).onDelete('set null'),
    index('batches_completion_job_index').on(t.userId, t.completionJobId),
    oneOf('batches_status_valid', t.status, BATCH_STATUSES),
    check(
      'batches_request_hash_whole',
      sql`(${t.idempotencyKey} is null) = (${t.requestHash} is null)`,
    ),
    check('batches_priority_valid', sql`${t.priority} between -100 and 100`),
    check('batches_total_files_valid', sql`${t.totalFiles} between 1 and 10000`),
    check('batches_worker_count_valid', sql`${t.workerCount} between 1 and 1000`),
    check('batches_memory_limit_valid', sql`${t.memoryLimitMb} > 0`),
    check('batches_cpu_limit_valid', sql`${t.cpuLimitPercent} between 1 and 100`),
    check(
      'batches_end_time_whole',
      sql`(${t.status} in ('completed', 'failed', 'cancelled')) = (${t.endTime} is not null)`,
    ),
  ],
);

/** Typed by hand: jobs and batches point at each other. */
function jobOfUser(): [AnyPgColumn, AnyPgColumn] {
  return [jobs.userId, jobs.id];
}

export type Batch = typeof batches.$inferSelect;
