import { type Static, type TSchema, Type } from 'typebox';
import { BatchCounts, BatchFailure } from './batches.ts';
import { Id, MAX_INTEGER, Nullable, StrictObject } from './common.ts';
import type { JobType } from './job-types.ts';
import { Receipt } from './receipts.ts';

const Count = Type.Integer({ minimum: 0, maximum: MAX_INTEGER });
const Bytes = Type.Integer({ minimum: 0, description: 'Bytes.' });
const Milliseconds = Type.Integer({
  minimum: 0,
  description: 'Of the recording, in milliseconds.',
});

/** The transcript that was imported. */
export const ImportResult = StrictObject({
  transcriptId: Id,
  receipt: Receipt,
  created: Type.Boolean({ description: 'Whether the content was not there before.' }),
});

/** The transcript of a recording. */
export const TranscribeResult = StrictObject({
  transcriptId: Id,
  transcriptionResultId: Id,
  durationMs: Milliseconds,
});

/** What became of the segments of a transcript. */
export const EnhanceResult = StrictObject({
  transcriptId: Id,
  revision: Type.Integer({ minimum: 1, description: 'The number of the current revision.' }),
  changed: Count,
  kept: Type.Integer({
    ...Count,
    description: 'The model saw nothing to correct, or they are too long for it.',
  }),
  rejected: Type.Integer({
    ...Count,
    description: 'What the model wrote of them was none, or no correction.',
  }),
});

/** The recording that was fetched. */
export const DownloadResult = StrictObject({ mediaFileId: Id, fileSize: Bytes });

/** The recording that was made of another one. */
export const PreprocessResult = StrictObject({ mediaFileId: Id, durationMs: Milliseconds });

/** The vectors that were stored, and of which model they are. */
export const EmbedResult = StrictObject({ model: Type.String(), embedded: Count });

/** What is in an archive, which is among the created files. */
export const ExportResult = StrictObject({
  transcripts: Count,
  files: Count,
  leftOut: Type.Integer({ ...Count, description: 'Transcripts that the format cannot carry.' }),
  bytes: Bytes,
});

const { errorMessage: _errorMessage, ...failure } = BatchFailure.properties;

/** What came of a batch. */
export const BatchSummary = StrictObject({
  status: Type.Enum(['completed', 'failed', 'cancelled']),
  counts: BatchCounts,
  seconds: Type.Number({ minimum: 0, description: 'From when the first job began.' }),
  failures: Type.Array(StrictObject(failure), { description: 'The first 20.' }),
});

/**
 * What came of a job of each type: null until it has completed, and once a transcript is deleted that
 * it tells of.
 */
export const JOB_RESULTS = {
  transcribe: Nullable(TranscribeResult),
  enhance: Nullable(EnhanceResult),
  youtube: Nullable(ImportResult),
  download: Nullable(DownloadResult),
  preprocess: Nullable(PreprocessResult),
  import: Nullable(ImportResult),
  embed: Nullable(EmbedResult),
  export: Nullable(ExportResult),
  // Nothing; yet an object like the others: what can only be null some clients take for nothing at all.
  'delete-account': Nullable(StrictObject({})),
  'complete-batch': Nullable(BatchSummary),
} satisfies Record<JobType, TSchema>;
export type JobResult<Type extends JobType> = Static<(typeof JOB_RESULTS)[Type]>;
