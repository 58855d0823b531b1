import { sql } from 'drizzle-orm';
import {
  check,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { Recognition, Word } from '../../schemas/segments.ts';
import { createdAt } from './columns.ts';
import { transcriptRevisions } from './transcript-revisions.ts';

export const segments = pgTable(
  'segments',
  {
    revisionId: uuid('revision_id')
      .notNull()
      .references(() => transcriptRevisions.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    startMs: integer('start_ms'),
    endMs: integer('end_ms'),
    speaker: varchar('speaker_label', { length: 255 }),
    text: text('text').notNull(),
    words: jsonb('words').$type<Word[]>(),
    confidence: real('confidence'),
    recognition: jsonb('recognition').$type<Recognition>(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.position] }),
    check('segments_position_valid', sql`${t.position} >= 0`),
    check('segments_times_whole', sql`(${t.startMs} is null) = (${t.endMs} is null)`),
    check('segments_times_valid', sql`${t.startMs} >= 0 and ${t.endMs} >= ${t.startMs}`),
  ],
);

export type SegmentRow = typeof segments.$inferSelect;
