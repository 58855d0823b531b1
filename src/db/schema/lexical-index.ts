import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { transcripts } from './transcripts.ts';

/**
 * The inverted index for BM25: one row for each term of each transcript, with parallel arrays of
 * the chunks that hold it. Keyed by the term itself and not through a dictionary, so that a word
 * is gone with the last transcript that said it, and concurrent imports share no row
 * (docs/decisions/0003-postings.md).
 */
export const postings = pgTable(
  'postings',
  {
    userId: uuid('user_id').notNull(),
    term: text('term').notNull(),
    transcriptId: uuid('transcript_id').notNull(),
    chunkIndexes: integer('chunk_indexes').array().notNull(),
    /** How often the term occurs in each of these chunks. */
    frequencies: smallint('frequencies').array().notNull(),
    /** The length of each of these chunks, in tokens. */
    lengths: smallint('lengths').array().notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.term, t.transcriptId] }),
    foreignKey({
      name: 'postings_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
    index('postings_transcript_index').on(t.transcriptId),
    index('postings_term_trigram_index').using('gin', t.term.op('gin_trgm_ops')),
    check(
      'postings_arrays_parallel',
      sql`cardinality(${t.chunkIndexes}) > 0 and cardinality(${t.chunkIndexes}) = cardinality(${t.frequencies}) and cardinality(${t.chunkIndexes}) = cardinality(${t.lengths})`,
    ),
  ],
);

/** What a transcript adds to its owner's collection; BM25 sums it over the owner's transcripts. */
export const corpusStats = pgTable(
  'corpus_stats',
  {
    transcriptId: uuid('transcript_id').primaryKey(),
    userId: uuid('user_id').notNull(),
    searchConfig: varchar('search_config', { length: 63 }).notNull(),
    chunkCount: integer('chunk_count').notNull(),
    tokenCount: integer('token_count').notNull(),
    createdAt,
  },
  (t) => [
    foreignKey({
      name: 'corpus_stats_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
    // Every column that the sum needs, so that it reads the index alone.
    index('corpus_stats_user_id_index').on(t.userId, t.searchConfig, t.chunkCount, t.tokenCount),
    check('corpus_stats_counts_valid', sql`${t.chunkCount} >= 0 and ${t.tokenCount} >= 0`),
  ],
);
