import { type Static, type TObject, Type } from 'typebox';
import { Id, StrictObject } from './common.ts';
import { EnhanceTranscript } from './enhance-jobs.ts';
import { ExportParameters, ExportTranscripts } from './exports.ts';
import { EmbedTranscripts, ImportCaptions, ImportParameters } from './import-jobs.ts';
import type { BatchType, JobType } from './job-types.ts';
import {
  DownloadParameters,
  DownloadRecording,
  PreprocessRecording,
  TranscribeRecording,
} from './media-files.ts';
import { ImportTranscript } from './transcripts.ts';

/** What callers send as the `parameters` of a job of each type, and as an item of a batch. */
export const REQUESTED_PARAMETERS = {
  transcribe: TranscribeRecording,
  enhance: EnhanceTranscript,
  youtube: ImportCaptions,
  download: DownloadRecording,
  preprocess: PreprocessRecording,
  import: ImportTranscript,
  embed: EmbedTranscripts,
  export: ExportTranscripts,
} satisfies Record<BatchType, TObject>;
export type RequestedParameters<Type extends BatchType> = Static<
  (typeof REQUESTED_PARAMETERS)[Type]
>;

/** What is stored of it, and what handlers are given. */
export const STORED_PARAMETERS = {
  transcribe: TranscribeRecording,
  enhance: EnhanceTranscript,
  youtube: ImportCaptions,
  download: DownloadParameters,
  preprocess: PreprocessRecording,
  import: ImportParameters,
  embed: EmbedTranscripts,
  export: ExportParameters,
  'delete-account': StrictObject({}),
  'complete-batch': StrictObject({ batchId: Id }),
} satisfies Record<JobType, TObject>;
export type StoredParameters<Type extends JobType> = Static<(typeof STORED_PARAMETERS)[Type]>;

/** Jobs that are about a transcript, and empty once it is deleted; see the trigger `forget_transcript`. */
const FORGETFUL: ReadonlySet<JobType> = new Set(['transcribe', 'enhance', 'youtube', 'import']);

/** Jobs that are given content to read, which is not among their parameters. */
const READING: ReadonlySet<JobType> = new Set(['import', 'export']);
const inputHash = Type.Optional(
  Type.String({ description: 'SHA-256 of the content that it was given, in hex.' }),
);

/** What a job's owner sees of them. */
export function shownParameters(type: JobType): TObject {
  const stored: TObject = STORED_PARAMETERS[type];
  const shown = { ...stored.properties, ...(READING.has(type) ? { inputHash } : {}) };
  if (!FORGETFUL.has(type)) return StrictObject(shown);
  const { properties } = Type.Partial(Type.Object(shown));
  return StrictObject(properties, { description: 'Empty once the transcript is deleted.' });
}
