import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, oneOf } from './columns.ts';
import { messages } from './messages.ts';
import { transcripts } from './transcripts.ts';

export const QUOTE_MATCHES = ['exact', 'normalized', 'none'] as const;

export const citations = pgTable(
  'citations',
  {
    id,
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    /** Null once the transcript was deleted: the answer stays, its links do not. */
    transcriptId: uuid('transcript_id').references(() => transcripts.id, { onDelete: 'set null' }),
    revision: integer('revision_number').notNull(),
    firstSegment: integer('first_segment').notNull(),
    lastSegment: integer('last_segment').notNull(),
    startMs: integer('start_ms'),
    endMs: integer('end_ms'),
    speaker: varchar('speaker', { length: 255 }),
    quote: text('quote').notNull(),
    quoteMatch: varchar('quote_match', { length: 50, enum: QUOTE_MATCHES }).notNull(),
    /** The span of the answer that this citation supports, in UTF-16 code units. */
    answerStart: integer('answer_start').notNull(),
    answerEnd: integer('answer_end').notNull(),
    createdAt,
  },
  (t) => [
    unique('citations_message_id_number_unique').on(t.messageId, t.number),
    index('citations_transcript_id_index').on(t.transcriptId),
    oneOf('citations_quote_match_valid', t.quoteMatch, QUOTE_MATCHES),
    check('citations_number_valid', sql`${t.number} > 0`),
    check('citations_times_valid', sql`${t.startMs} >= 0 and ${t.endMs} >= ${t.startMs}`),
    check(
      'citations_answer_span_valid',
      sql`${t.answerStart} >= 0 and ${t.answerEnd} >= ${t.answerStart}`,
    ),
  ],
);

export type Citation = typeof citations.$inferSelect;
