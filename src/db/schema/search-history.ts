import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { Scope } from '../../schemas/scope.ts';
import type { LegScores } from '../../schemas/search.ts';
import type { SearchSettings } from '../../schemas/search-history.ts';
import { chunks } from './chunks.ts';
import { createdAt, id, moment, oneOf } from './columns.ts';
import { transcripts } from './transcripts.ts';
import { users } from './users.ts';

const VERDICTS = ['right', 'wrong'] as const;

/** What was asked, where, with which settings, and how long it took. */
export const searchQueries = pgTable(
  'search_queries',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    query: text('query').notNull(),
    scope: jsonb('scope').$type<Scope>().notNull(),
    settings: jsonb('settings').$type<SearchSettings>().notNull(),
    tookMs: real('took_ms').notNull(),
    createdAt,
  },
  (t) => [
    unique('search_queries_user_id_id_unique').on(t.userId, t.id),
    index('search_queries_user_id_created_at_index').on(
      t.userId,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
    ),
    index('search_queries_created_at_index').on(t.createdAt),
    check('search_queries_took_valid', sql`${t.tookMs} >= 0`),
  ],
);

/** Each hit of a search that was kept, and what its reader thought of it. */
export const searchResults = pgTable(
  'search_results',
  {
    queryId: uuid('query_id').notNull(),
    rank: integer('rank').notNull(),
    userId: uuid('user_id').notNull(),
    /** Gone with its transcript: delete means gone. */
    transcriptId: uuid('transcript_id').notNull(),
    /** Null once a revision has other chunks; the moment stays. */
    chunkId: uuid('chunk_id').references(() => chunks.id, { onDelete: 'set null' }),
    startMs: integer('start_ms'),
    endMs: integer('end_ms'),
    score: real('score').notNull(),
    scores: jsonb('scores').$type<LegScores>().notNull(),
    verdict: varchar('verdict', { length: 50, enum: VERDICTS }),
    judgedAt: moment('judged_at'),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.queryId, t.rank] }),
    foreignKey({
      name: 'search_results_query_fk',
      columns: [t.userId, t.queryId],
      foreignColumns: [searchQueries.userId, searchQueries.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'search_results_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
    index('search_results_transcript_id_index').on(t.userId, t.transcriptId),
    index('search_results_chunk_id_index').on(t.chunkId),
    check('search_results_rank_valid', sql`${t.rank} > 0`),
    check('search_results_times_valid', sql`${t.startMs} >= 0 and ${t.endMs} >= ${t.startMs}`),
    check('search_results_judged', sql`(${t.verdict} is null) = (${t.judgedAt} is null)`),
    oneOf('search_results_verdict_valid', t.verdict, VERDICTS),
  ],
);

export type SearchQuery = typeof searchQueries.$inferSelect;
export type SearchResultRow = typeof searchResults.$inferSelect;
