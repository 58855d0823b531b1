import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
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
import { createdAt, id, oneOf, updatedAt } from './columns.ts';
import { mediaSources } from './media-sources.ts';
import { users } from './users.ts';

export const DOWNLOAD_STATUSES = ['pending', 'downloading', 'completed', 'failed'] as const;

/** A stored recording. Its bytes are below the folder of media, named by ids alone. */
export const mediaFiles = pgTable(
  'media_files',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    mediaSourceId: uuid('media_source_id'),
    /** The recording that this one was made of, such as by resampling it. */
    sourceFileId: uuid('source_file_id'),
    /** Relative to the folder of media: the ids of its user and of its own. */
    filePath: text('file_path').notNull(),
    /** As its owner calls it; no path is ever made of it. */
    fileName: varchar('file_name', { length: 255 }).notNull(),
    fileSize: bigint('file_size', { mode: 'number' }).notNull().default(0),
    durationSeconds: doublePrecision('duration_seconds'),
    formatInfo: jsonb('format_info').$type<Record<string, unknown>>().notNull().default({}),
    /** SHA-256 of the bytes, in hex. */
    contentHash: varchar('content_hash', { length: 64 }),
    downloadStatus: varchar('download_status', { length: 50, enum: DOWNLOAD_STATUSES })
      .notNull()
      .default('pending'),
    downloadError: text('download_error'),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('media_files_user_id_id_unique').on(t.userId, t.id),
    unique('media_files_file_path_unique').on(t.filePath),
    index('media_files_user_id_created_at_index').on(
      t.userId,
      t.createdAt.desc().nullsFirst(),
      t.id.desc().nullsFirst(),
    ),
    index('media_files_media_source_index').on(t.userId, t.mediaSourceId),
    index('media_files_source_file_index').on(t.userId, t.sourceFileId),
    // NO ACTION: a media source whose recordings are stored cannot be deleted by itself.
    foreignKey({
      name: 'media_files_media_source_fk',
      columns: [t.userId, t.mediaSourceId],
      foreignColumns: [mediaSources.userId, mediaSources.id],
    }),
    foreignKey({
      name: 'media_files_source_file_fk',
      columns: [t.userId, t.sourceFileId],
      foreignColumns: [t.userId, t.id],
    }).onDelete('cascade'),
    oneOf('media_files_download_status_valid', t.downloadStatus, DOWNLOAD_STATUSES),
    check('media_files_file_size_valid', sql`${t.fileSize} >= 0`),
    check('media_files_duration_valid', sql`${t.durationSeconds} >= 0`),
    check('media_files_file_path_valid', sql`${t.filePath} ~ '^[0-9a-f-]+/[0-9a-f-]+$'`),
  ],
);

/** What was done to a recording before it was transcribed. */
export const audioProcessingMetadata = pgTable(
  'audio_processing_metadata',
  {
    mediaFileId: uuid('media_file_id').primaryKey(),
    userId: uuid('user_id').notNull(),
    originalFormat: varchar('original_format', { length: 100 }),
    originalSampleRate: integer('original_sample_rate'),
    originalChannels: integer('original_channels'),
    processedFormat: varchar('processed_format', { length: 100 }).notNull().default('wav'),
    processedSampleRate: integer('processed_sample_rate').notNull().default(16_000),
    processedChannels: integer('processed_channels').notNull().default(1),
    preprocessingTimeSeconds: doublePrecision('preprocessing_time_seconds'),
    /** Into how many pieces it was cut to be transcribed. */
    chunkCount: integer('chunk_count').notNull().default(1),
    createdAt,
  },
  (t) => [
    foreignKey({
      name: 'audio_processing_metadata_media_file_fk',
      columns: [t.userId, t.mediaFileId],
      foreignColumns: [mediaFiles.userId, mediaFiles.id],
    }).onDelete('cascade'),
    check(
      'audio_processing_metadata_counts_valid',
      sql`${t.originalSampleRate} > 0 and ${t.originalChannels} > 0 and ${t.processedSampleRate} > 0 and ${t.processedChannels} > 0 and ${t.chunkCount} > 0`,
    ),
    check('audio_processing_metadata_time_valid', sql`${t.preprocessingTimeSeconds} >= 0`),
  ],
);

export type MediaFile = typeof mediaFiles.$inferSelect;
export type AudioProcessingMetadata = typeof audioProcessingMetadata.$inferSelect;
