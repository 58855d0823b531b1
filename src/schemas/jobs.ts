import type { Readable } from 'node:stream';
import { type Static, type TProperties, Type } from 'typebox';
import {
  DateTime,
  Id,
  MAX_INTEGER,
  Nullable,
  Page,
  PageQuery,
  reference,
  StrictObject,
} from './common.ts';
import { JobType } from './job-types.ts';
import { ErrorLocationSchema } from './problem.ts';

export const JobStatus = Type.Enum([
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  'paused',
]);

/** A file that a job made. Its bytes are at `GET /v1/jobs/{id}/files/{fileId}`. */
export const CreatedFile = StrictObject({
  id: Id,
  name: Type.String(),
  mediaType: Type.String(),
  size: Type.Integer({ minimum: 0 }),
});
export type CreatedFile = Static<typeof CreatedFile>;

/** Why an attempt failed, or has to wait. `permanent`: trying again would change nothing. */
export const JobProblem = StrictObject({
  code: Type.String(),
  message: Type.String(),
  permanent: Type.Boolean(),
  errors: Type.Optional(Type.Array(ErrorLocationSchema)),
});
export type JobProblem = Static<typeof JobProblem>;

/** One attempt at a job. */
export const JobRun = StrictObject({
  id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  worker: Type.String({ description: 'The process that made it.' }),
  startedAt: DateTime,
  endedAt: Nullable(DateTime),
  outcome: Nullable(
    Type.Enum(['completed', 'failed', 'retried', 'crashed', 'released', 'paused', 'cancelled'], {
      description:
        '`retried`: it failed, and another one follows. `crashed`: its process ended, or was away. `released`: something else has to happen first, as `error` says, or its process had to stop or lost the database; that is no failure.',
    }),
  ),
  error: Nullable(JobProblem),
});
export type JobRun = Static<typeof JobRun>;

const Count = Type.Integer({ minimum: 0, maximum: MAX_INTEGER });

/** The properties of a job, in the order in which they are written. */
export const jobProperties = <Typed extends TProperties>(typed: Typed) => ({
  id: Id,
  ...typed,
  status: JobStatus,
  priority: Type.Integer(),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  errorCode: Nullable(
    Type.String({ description: 'Of the last attempt that failed or has to wait.' }),
  ),
  errorMessage: Nullable(Type.String()),
  createdFiles: Type.Array(CreatedFile),
  transcriptId: Nullable(Id),
  batchId: Nullable(Id),
  attempt: Type.Integer({ minimum: 0, maximum: MAX_INTEGER, description: 'Attempts so far.' }),
  retryCount: Count,
  maxRetries: Count,
  crashCount: Count,
  runAfter: DateTime,
  idempotencyKey: Nullable(Type.String()),
  startedAt: Nullable(DateTime),
  completedAt: Nullable(DateTime),
  version: Type.Integer({
    minimum: 0,
    maximum: MAX_INTEGER,
    description: 'Rises with every change; the id of an event.',
  }),
  createdAt: DateTime,
  updatedAt: DateTime,
});

/** The runs that come with a job. */
export const LATEST_RUNS = 20;
export const runsOfJob = Type.Array(JobRun, {
  description: `The last ${LATEST_RUNS}, the newest first.`,
});

const stored = jobProperties({
  // The column holds any text; what is in it is one of these.
  type: Type.Unsafe<string>(JobType),
  parameters: Type.Record(Type.String(), Type.Unknown()),
  result: Type.Unknown(),
});

/**
 * Work that takes long, as answers are written. What its type has is written as it is stored: a result
 * may be older than the schema that the document has for it, and is no reason to fail.
 */
export const StoredJob = StrictObject(stored, { $id: 'StoredJob', describedAs: 'Job' });
export type Job = Static<typeof StoredJob>;
export const JobReference = reference<Job>('StoredJob');

export const StoredJobWithRuns = StrictObject(
  { ...stored, runs: runsOfJob },
  { describedAs: 'JobWithRuns' },
);

/** What is answered for work that takes long. */
export const AcceptedJob = StrictObject({ job: JobReference });

export const JobPage = Page(JobReference);
export const JobRunPage = Page(JobRun);

export const JobListQuery = StrictObject({
  ...PageQuery.properties,
  status: Type.Optional(JobStatus),
  type: Type.Optional(JobType),
  batchId: Type.Optional(Id),
});

/** What every type of job takes. */
export const JobOptions = StrictObject({
  priority: Type.Optional(
    Type.Integer({
      minimum: -100,
      maximum: 100,
      description: 'Among your jobs the highest goes first; 0 without it.',
    }),
  ),
  maxRetries: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 20,
      description: 'Attempts that follow one that failed and may be made again; 3 without it.',
    }),
  ),
  runAfter: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 40, description: 'Not before this moment.' }),
  ),
});
export type JobOptions = Static<typeof JobOptions>;

export const JobFileParams = StrictObject({ id: Id, fileId: Id });

// The handler writes it itself.
export const JobFileBytes = {
  description: 'The file, of the media type that the job says it has.',
  content: { '*/*': { schema: Type.Unsafe<Readable>(Type.String({ format: 'binary' })) } },
};
