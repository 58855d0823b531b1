import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, moment, oneOf, updatedAt } from './columns.ts';
import { users } from './users.ts';

export const MEDIA_SOURCE_KINDS = ['youtube', 'podcast', 'upload', 'meeting', 'other'] as const;

/** Where a recording comes from. Transcripts may point at it; it has no routes yet. */
export const mediaSources = pgTable(
  'media_sources',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: varchar('kind', { length: 50, enum: MEDIA_SOURCE_KINDS }).notNull(),
    externalId: varchar('external_id', { length: 255 }),
    title: text('title'),
    channel: text('channel'),
    description: text('description'),
    durationSeconds: integer('duration_seconds'),
    url: text('url'),
    publishedAt: moment('published_at'),
    metadataExtractedAt: moment('metadata_extracted_at'),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('media_sources_user_id_id_unique').on(t.userId, t.id),
    unique('media_sources_external_id_unique').on(t.userId, t.kind, t.externalId),
    oneOf('media_sources_kind_valid', t.kind, MEDIA_SOURCE_KINDS),
    check('media_sources_duration_valid', sql`${t.durationSeconds} >= 0`),
    check(
      'media_sources_youtube_id_valid',
      sql`${t.kind} <> 'youtube' or length(${t.externalId}) <= 20`,
    ),
  ],
);

export type MediaSource = typeof mediaSources.$inferSelect;
