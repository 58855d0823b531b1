import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, primaryKey, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { messages } from './messages.ts';

/**
 * What a dropped stream resumes from. A row holds one event, or a run of deltas that were written
 * together: then `sequence` is the first one's, and `data` holds the text of each.
 */
export const messageEvents = pgTable(
  'message_events',
  {
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    sequence: integer('sequence').notNull(),
    type: varchar('type', { length: 50 }).notNull(),
    data: jsonb('data').$type<unknown>().notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.messageId, t.sequence] }),
    check('message_events_sequence_valid', sql`${t.sequence} > 0`),
  ],
);

export type MessageEvent = typeof messageEvents.$inferSelect;
