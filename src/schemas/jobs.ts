import type { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
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

const JobStatus = Type.Enum(['queued', 'running', 'completed', 'failed', 'cancelled', 'paused']);

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
        '`retried`: it failed, and another one follows. `crashed`: its process was gone. `released`: something else has to happen first, as `error` says, or its process had to stop; that is no failure.',
    }),
  ),
  error: Nullable(JobProblem),
});
export type JobRun = Static<typeof JobRun>;

const Count = Type.Integer({ minimum: 0, maximum: MAX_INTEGER });

/** Work that takes long. */
export const Job = StrictObject(
  {
    id: Id,
    // The column holds any text; what is in it is one of these.
    type: Type.Unsafe<string>(JobType),
    status: JobStatus,
    priority: Type.Integer(),
    parameters: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'What it was asked to do, without the content that it was given; `inputHash` is the SHA-256 of that.',
    }),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    errorCode: Nullable(
      Type.String({ description: 'Of the last attempt that failed or has to wait.' }),
    ),
    errorMessage: Nullable(Type.String()),
    result: Type.Unknown({
      description: 'What came of it, as its type has it; null until it has completed.',
    }),
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
  },
  { $id: 'Job' },
);
export type Job = Static<typeof Job>;
export const JobReference = reference<Job>('Job');

/** The runs that come with a job. */
export const LATEST_RUNS = 20;

export const JobWithRuns = StrictObject({
  ...Job.properties,
  runs: Type.Array(JobRun, { description: `The last ${LATEST_RUNS}, the newest first.` }),
});

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
