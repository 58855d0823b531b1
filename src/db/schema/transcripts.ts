import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { Chapter } from '../../schemas/chapters.ts';
import { createdAt, id, oneOf, updatedAt } from './columns.ts';
import { mediaSources } from './media-sources.ts';
import { transcriptRevisions } from './transcript-revisions.ts';
import { users } from './users.ts';

export const TRANSCRIPT_STATUSES = ['importing', 'ready', 'failed'] as const;

export const transcripts = pgTable(
  'transcripts',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    youtubeVideoId: varchar('youtube_video_id', { length: 50 }),
    title: varchar('title', { length: 500 }),
    channelName: varchar('channel_name', { length: 255 }),
    /** Whole seconds, rounded up. */
    duration: integer('duration'),
    language: varchar('language', { length: 35 }),
    /** The current revision as plain text. */
    transcriptText: text('transcript_text').notNull().default(''),
    metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
    /** By rising start. */
    chapters: jsonb('chapters').$type<Chapter[]>().notNull().default([]),
    mediaSourceId: uuid('media_source_id'),
    currentRevisionId: uuid('current_revision_id'),
    status: varchar('status', { length: 50, enum: TRANSCRIPT_STATUSES })
      .notNull()
      .default('importing'),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('transcripts_user_id_id_unique').on(t.userId, t.id),
    uniqueIndex('transcripts_video_unique')
      .on(t.userId, t.youtubeVideoId)
      .where(sql`${t.youtubeVideoId} is not null`),
    index('transcripts_youtube_video_id_index').on(t.youtubeVideoId),
    index('transcripts_user_id_created_at_index').on(
      t.userId,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
    ),
    // One for each order of the list; see `repositories/transcript-list.ts`.
    index('transcripts_user_id_updated_at_index').on(t.userId, t.updatedAt, t.id),
    index('transcripts_user_id_title_index').on(
      t.userId,
      sql`lower(coalesce(${t.title}, ''))`,
      t.id,
    ),
    index('transcripts_user_id_channel_name_index').on(
      t.userId,
      sql`lower(coalesce(${t.channelName}, ''))`,
      t.id,
    ),
    index('transcripts_user_id_duration_index').on(
      t.userId,
      sql`coalesce(${t.duration}, -1)`,
      t.id,
    ),
    index('transcripts_title_trigram_index').using('gin', t.title.op('gin_trgm_ops')),
    index('transcripts_metadata_index').using('gin', t.metadata),
    index('transcripts_media_source_index').on(t.userId, t.mediaSourceId),
    // NO ACTION: a media source that transcripts still use cannot be deleted by itself.
    foreignKey({
      name: 'transcripts_media_source_fk',
      columns: [t.userId, t.mediaSourceId],
      foreignColumns: [mediaSources.userId, mediaSources.id],
    }),
    // NO ACTION: the current revision cannot be deleted, unless its transcript goes with it.
    foreignKey({
      name: 'transcripts_current_revision_fk',
      columns: [t.id, t.currentRevisionId],
      foreignColumns: currentRevision(),
    }),
    oneOf('transcripts_status_valid', t.status, TRANSCRIPT_STATUSES),
    check('transcripts_duration_valid', sql`${t.duration} >= 0`),
  ],
);

/** Typed by hand: transcripts and their revisions point at each other. */
function currentRevision(): [AnyPgColumn, AnyPgColumn] {
  return [transcriptRevisions.transcriptId, transcriptRevisions.id];
}

export type Transcript = typeof transcripts.$inferSelect;
