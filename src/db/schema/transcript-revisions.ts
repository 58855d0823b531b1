import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { RevisionProvenance } from '../../schemas/exports.ts';
import type { Receipt } from '../../schemas/receipts.ts';
import { createdAt, id, oneOf } from './columns.ts';
import { transcriptionResults } from './transcription-results.ts';
import { transcripts } from './transcripts.ts';

export const TRACK_KINDS = ['manual', 'asr', 'translated', 'unknown'] as const;
/**
 * How a revision came: brought by the user, fetched from a link, made by a correction, by speech
 * recognition, or by a language model that corrects one.
 */
export const REVISION_MAKERS = ['import', 'fetch', 'edit', 'transcribe', 'enhance'] as const;

export const transcriptRevisions = pgTable(
  'transcript_revisions',
  {
    id,
    userId: uuid('user_id').notNull(),
    transcriptId: uuid('transcript_id').notNull(),
    number: integer('number').notNull(),
    format: varchar('format', { length: 50 }).notNull(),
    language: varchar('language', { length: 35 }),
    trackKind: varchar('track_kind', { length: 50, enum: TRACK_KINDS })
      .notNull()
      .default('unknown'),
    /** SHA-256 of times, speakers and text, in hex: the same talk as SRT and as WebVTT is one content. */
    contentHash: varchar('content_hash', { length: 64 }).notNull(),
    receipt: jsonb('receipt').$type<Receipt>().notNull(),
    madeBy: varchar('made_by', { length: 50, enum: REVISION_MAKERS }).notNull().default('import'),
    /** The number of the revision that an edit started from. */
    baseNumber: integer('base_number'),
    /** What the export of Parley's that this was imported from says about its revision. */
    provenance: jsonb('provenance').$type<RevisionProvenance>(),
    transcriptionResultId: uuid('transcription_result_id'),
    createdAt,
  },
  (t) => [
    foreignKey({
      name: 'transcript_revisions_transcript_fk',
      columns: [t.userId, t.transcriptId],
      foreignColumns: [transcripts.userId, transcripts.id],
    }).onDelete('cascade'),
    // SET NULL of `transcription_result_id` alone; the migration says so, Drizzle cannot.
    foreignKey({
      name: 'transcript_revisions_transcription_result_fk',
      columns: [t.userId, t.transcriptionResultId],
      foreignColumns: [transcriptionResults.userId, transcriptionResults.id],
    }).onDelete('set null'),
    index('transcript_revisions_transcription_result_index')
      .on(t.userId, t.transcriptionResultId)
      .where(sql`${t.transcriptionResultId} is not null`),
    unique('transcript_revisions_number_unique').on(t.transcriptId, t.number),
    unique('transcript_revisions_transcript_id_id_unique').on(t.transcriptId, t.id),
    // One content is imported once per user, however many requests bring it at the same time.
    uniqueIndex('transcript_revisions_import_unique')
      .on(t.userId, t.contentHash)
      .where(sql`${t.number} = 1`),
    oneOf('transcript_revisions_track_kind_valid', t.trackKind, TRACK_KINDS),
    oneOf('transcript_revisions_made_by_valid', t.madeBy, REVISION_MAKERS),
    check('transcript_revisions_number_valid', sql`${t.number} > 0`),
    check(
      'transcript_revisions_base_valid',
      sql`${t.baseNumber} > 0 and ${t.baseNumber} < ${t.number}`,
    ),
  ],
);

export type TranscriptRevision = typeof transcriptRevisions.$inferSelect;
