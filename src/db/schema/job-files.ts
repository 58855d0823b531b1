import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, oneOf } from './columns.ts';
import { jobs } from './jobs.ts';
import { transcripts } from './transcripts.ts';

export const JOB_FILE_KINDS = ['input', 'output'] as const;

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/**
 * What a job reads, and what it made. In the database, so that a process on any machine has it, and
 * that it comes and goes in one transaction with its job. Inputs go when the job has completed.
 */
export const jobFiles = pgTable(
  'job_files',
  {
    id,
    userId: uuid('user_id').notNull(),
    jobId: uuid('job_id').notNull(),
    kind: varchar('kind', { length: 50, enum: JOB_FILE_KINDS }).notNull(),
    name: varchar('name', { length: 255 }).notNull(),
    mediaType: varchar('media_type', { length: 255 }).notNull(),
    /** Bytes of all its parts. */
    size: bigint('size', { mode: 'number' }).notNull(),
    createdAt,
  },
  (t) => [
    unique('job_files_user_id_id_unique').on(t.userId, t.id),
    index('job_files_job_index').on(t.userId, t.jobId),
    foreignKey({
      name: 'job_files_job_fk',
      columns: [t.userId, t.jobId],
      foreignColumns: [jobs.userId, jobs.id],
    }).onDelete('cascade'),
    oneOf('job_files_kind_valid', t.kind, JOB_FILE_KINDS),
    check('job_files_size_valid', sql`${t.size} >= 0`),
  ],
);

/** A file's bytes, cut, so that nobody has to hold all of it. */
export const jobFileParts = pgTable(
  'job_file_parts',
  {
    fileId: uuid('file_id')
      .notNull()
      .references(() => jobFiles.id, { onDelete: 'cascade' }),
    /** From 0, without gaps. */
    position: integer('position').notNull(),
    bytes: bytea('bytes').notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.fileId, t.position] }),
    check('job_file_parts_position_valid', sql`${t.position} >= 0`),
  ],
);

/** Which transcripts a file tells of. Delete means gone: a trigger takes the file with any of them. */
export const jobFileTranscripts = pgTable(
  'job_file_transcripts',
  {
    userId: uuid('user_id').notNull(),
    fileId: uuid('file_id').notNull(),
    transcriptId: uuid('transcript_id').notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.fileId, t.transcriptId] }),
    index('job_file_transcripts_transcript_index').on(t.userId, t.transcriptId),
    foreignKey({
      name: 'job_file_transcripts_file_fk',
      columns: [t.userId, t.fileId],
      foreignColumns: [jobFiles.userId, jobFiles.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'job_file_transcripts_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
  ],
);

export type JobFile = typeof jobFiles.$inferSelect;
