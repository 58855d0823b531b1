import { type SQL, sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, tsvector } from './columns.ts';
import { transcripts } from './transcripts.ts';

export const chunks = pgTable(
  'chunks',
  {
    id,
    userId: uuid('user_id').notNull(),
    transcriptId: uuid('transcript_id').notNull(),
    chunkText: text('chunk_text').notNull(),
    chunkIndex: integer('chunk_index').notNull(),
    tokenCount: integer('token_count').notNull(),
    startMs: integer('start_ms'),
    endMs: integer('end_ms'),
    firstSegment: integer('first_segment').notNull(),
    lastSegment: integer('last_segment').notNull(),
    /**
     * The text search configuration. As text, because a `regconfig` column would stop
     * `pg_upgrade` (https://www.postgresql.org/docs/current/pgupgrade.html).
     */
    searchConfig: varchar('search_config', { length: 63 }).notNull(),
    searchVector: tsvector('search_vector').generatedAlwaysAs(
      (): SQL => sql`public.parley_search_vector(${chunks.searchConfig}, ${chunks.chunkText})`,
    ),
    metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
    createdAt,
  },
  (t) => [
    unique('chunks_user_id_id_unique').on(t.userId, t.id),
    unique('chunks_transcript_id_chunk_index_unique').on(t.transcriptId, t.chunkIndex),
    foreignKey({
      name: 'chunks_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
    index('chunks_search_vector_index').using('gin', t.searchVector),
    index('chunks_metadata_index').using('gin', t.metadata),
    check('chunks_index_valid', sql`${t.chunkIndex} >= 0`),
    check('chunks_token_count_valid', sql`${t.tokenCount} >= 0`),
    check('chunks_times_whole', sql`(${t.startMs} is null) = (${t.endMs} is null)`),
    check('chunks_times_valid', sql`${t.startMs} >= 0 and ${t.endMs} >= ${t.startMs}`),
    check(
      'chunks_segments_valid',
      sql`${t.firstSegment} >= 0 and ${t.lastSegment} >= ${t.firstSegment}`,
    ),
  ],
);

export type Chunk = typeof chunks.$inferSelect;
