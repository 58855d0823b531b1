import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { transcripts } from './transcripts.ts';

/** Who speaks in the current revision of a transcript, by the labels of its segments. */
export const transcriptSpeakers = pgTable(
  'transcript_speakers',
  {
    userId: uuid('user_id').notNull(),
    transcriptId: uuid('transcript_id').notNull(),
    label: varchar('label', { length: 255 }).notNull(),
    segmentCount: integer('segment_count').notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.transcriptId, t.label] }),
    foreignKey({
      name: 'transcript_speakers_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
    index('transcript_speakers_user_id_label_index').on(t.userId, t.label, t.transcriptId),
    check('transcript_speakers_segment_count_valid', sql`${t.segmentCount} > 0`),
  ],
);

export type TranscriptSpeaker = typeof transcriptSpeakers.$inferSelect;
