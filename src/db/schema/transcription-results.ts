import { sql } from 'drizzle-orm';
import {
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { anyJson, createdAt, id, oneOf, updatedAt } from './columns.ts';
import { mediaFiles } from './media-files.ts';

const PIPELINE_VERSIONS = ['v1', 'v2', 'v3', 'v4'] as const;

/**
 * What one run of one pipeline made of a media file. A client that knows the first pipeline alone
 * leaves out all from `pipelineVersion` on.
 */
export const transcriptionResults = pgTable(
  'transcription_results',
  {
    id,
    userId: uuid('user_id').notNull(),
    mediaFileId: uuid('media_file_id').notNull(),
    version: varchar('version', { length: 10 }).notNull().default('v1'),
    textContent: text('text_content'),
    enhancedContent: text('enhanced_content'),
    segments: anyJson('segments'),
    /** What the recogniser answered. */
    rawContent: anyJson('raw_content'),
    accuracy: doublePrecision('accuracy'),
    processingTimeSeconds: doublePrecision('processing_time_seconds'),
    qualityWarnings: text('quality_warnings').array(),
    pipelineVersion: varchar('pipeline_version', { length: 10, enum: PIPELINE_VERSIONS }),
    enhancedContentV2: anyJson('enhanced_content_v2'),
    diarizationContent: anyJson('diarization_content'),
    mergedContent: anyJson('merged_content'),
    domainUsed: varchar('domain_used', { length: 100 }),
    accuracyEstimate: doublePrecision('accuracy_estimate'),
    speakerCount: integer('speaker_count'),
    qualityWarningsV2: anyJson('quality_warnings_v2'),
    processingMetadata: anyJson('processing_metadata'),
    createdAt,
    updatedAt,
  },
  (t) => [
    unique('transcription_results_user_id_id_unique').on(t.userId, t.id),
    index('transcription_results_media_file_index').on(t.userId, t.mediaFileId),
    index('transcription_results_pipeline_version_index').on(t.pipelineVersion),
    index('transcription_results_domain_used_index').on(t.domainUsed),
    index('transcription_results_speaker_count_index').on(t.speakerCount),
    foreignKey({
      name: 'transcription_results_media_file_fk',
      columns: [t.userId, t.mediaFileId],
      foreignColumns: [mediaFiles.userId, mediaFiles.id],
    }).onDelete('cascade'),
    oneOf('transcription_results_pipeline_version_valid', t.pipelineVersion, PIPELINE_VERSIONS),
    check('transcription_results_speaker_count_valid', sql`${t.speakerCount} >= 0`),
    check('transcription_results_processing_time_valid', sql`${t.processingTimeSeconds} >= 0`),
  ],
);

export type TranscriptionResult = typeof transcriptionResults.$inferSelect;
