import { index, pgTable, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { messages } from './messages.ts';

/**
 * Which process is writing which answer. A row is there exactly while an answer is being written;
 * one that is no longer beaten was left by a process that is gone.
 */
export const messageLeases = pgTable(
  'message_leases',
  {
    messageId: uuid('message_id')
      .primaryKey()
      .references(() => messages.id, { onDelete: 'cascade' }),
    /** The process; the same server, started again, has the same name. */
    writer: varchar('writer', { length: 255 }).notNull(),
    beatAt: moment('beat_at').notNull().defaultNow(),
    cancelRequestedAt: moment('cancel_requested_at'),
    /** The asker deleted a transcript meanwhile: what the answer is made of may have been read before. */
    transcriptDeletedAt: moment('transcript_deleted_at'),
    createdAt,
  },
  (t) => [index('message_leases_writer_index').on(t.writer)],
);
