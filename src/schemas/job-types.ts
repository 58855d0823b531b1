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

/** Sums a batch up. The server's own, as the next one: nobody asks for it, or tells it anything. */
export const COMPLETE_BATCH = 'complete-batch';

/** Deletes an account; the last job that it has. */
export const DELETE_ACCOUNT = 'delete-account';

/** Every type of job; each has one handler in `jobs/handlers`. */
export const JOB_TYPES = [...BATCH_TYPES, DELETE_ACCOUNT, COMPLETE_BATCH] as const;

export const JobType = Type.Enum([...JOB_TYPES]);
export type JobType = Static<typeof JobType>;
