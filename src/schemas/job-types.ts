import { type Static, Type } from 'typebox';

/** What a batch can be of. */
export const BATCH_TYPES = [
  'transcribe',
  'enhance',
  'youtube',
  'download',
  'preprocess',
  'import',
  'embed',
  'export',
] as const;
export type BatchType = (typeof BATCH_TYPES)[number];

/** Every type of job; each has one handler in `jobs/handlers`. */
export const JOB_TYPES = [...BATCH_TYPES, 'delete-account', 'complete-batch'] as const;

export const JobType = Type.Enum([...JOB_TYPES]);
export type JobType = Static<typeof JobType>;

/** Ids of transcripts or recordings that a batch may name, repeated ones counted. */
export const MOST_NAMED = 100_000;
