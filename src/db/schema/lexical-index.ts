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
import { users } from './users.ts';

/**
 * What a transcript adds to its owner's collection; BM25 sums it over the owner's transcripts.
 * `key` is the transcript's short name in the postings: 4 bytes instead of 16.
 */
export const corpusStats = pgTable(
  'corpus_stats',
  {
    transcriptId: uuid('transcript_id').primaryKey(),
    userId: uuid('user_id').notNull(),
    searchConfig: varchar('search_config', { length: 63 }).notNull(),
    chunkCount: integer('chunk_count').notNull(),
    tokenCount: integer('token_count').notNull(),
    key: integer('key').notNull().generatedByDefaultAsIdentity().unique('corpus_stats_key_unique'),
    /** The length of each chunk in tokens, by its index, which counts from 0. */
    lengths: smallint('lengths').array().notNull(),
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

/**
 * The words of a user's library. Two imports at once may both add the same word, so that neither
 * waits for the other: a word may have several rows (docs/decisions/0014-vocabulary.md).
 */
export const terms = pgTable(
  'terms',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
    term: text('term').notNull(),
    createdAt,
  },
  (t) => [
    index('terms_user_id_term_index').on(t.userId, t.term),
    // The user is part of it, so that a correction costs the same however many others there are. A
    // short pending list, because every correction reads it from end to end.
    index('terms_trigram_index')
      .using('gin', t.userId, t.term.op('gin_trgm_ops'))
      .with({ gin_pending_list_limit: 128 }),
  ],
);

/**
 * The inverted index for BM25: one row for each term of each transcript. An entry is a chunk and
 * how often the term is in it, packed as `chunk index * 256 + frequency - 1`; a tsvector counts no
 * further than 256. Most terms are in one chunk only, and have no array. Without `created_at`,
 * which would be a sixth of the table.
 */
export const postings = pgTable(
  'postings',
  {
    transcriptKey: integer('transcript_key')
      .notNull()
      .references(() => corpusStats.key, { onDelete: 'cascade' }),
    termId: integer('term_id')
      .notNull()
      .references(() => terms.id, { onDelete: 'cascade' }),
    firstEntry: integer('first_entry').notNull(),
    otherEntries: integer('other_entries').array(),
  },
  (t) => [
    primaryKey({ columns: [t.transcriptKey, t.termId] }),
    index('postings_term_id_index').on(t.termId),
    check(
      'postings_entries_valid',
      sql`${t.firstEntry} >= 0 and cardinality(${t.otherEntries}) > 0`,
    ),
  ],
);

/** Whose vocabulary may hold words that nobody says any more; a row for each time that it came so. */
export const staleVocabularies = pgTable(
  'stale_vocabularies',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt,
  },
  (t) => [index('stale_vocabularies_user_id_index').on(t.userId)],
);
