import { type Static, Type } from 'typebox';
import {
  DateTime,
  Id,
  MAX_INTEGER,
  Nullable,
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

/** Why an attempt failed. `permanent`: trying again would change nothing. */
export const JobProblem = StrictObject({
  code: Type.String(),
  message: Type.String(),
  permanent: Type.Boolean(),
  errors: Type.Optional(Type.Array(ErrorLocationSchema)),
});
export type JobProblem = Static<typeof JobProblem>;

export const JobRun = StrictObject({
  id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  worker: Type.String(),
  startedAt: DateTime,
  endedAt: Nullable(DateTime),
  outcome: Nullable(
    Type.Enum(['completed', 'failed', 'retried', 'crashed', 'released', 'paused', 'cancelled']),
  ),
  error: Nullable(JobProblem),
});

const Count = Type.Integer({ minimum: 0, maximum: MAX_INTEGER });

/** Work that takes long. */
export const Job = StrictObject(
  {
    id: Id,
    // The column holds any text; what is in it is one of these.
    type: Type.Unsafe<string>(JobType),
    status: JobStatus,
    priority: Type.Integer(),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    errorCode: Nullable(Type.String()),
    errorMessage: Nullable(Type.String()),
    result: Type.Unknown(),
    createdFiles: Type.Array(CreatedFile),
    transcriptId: Nullable(Id),
    batchId: Nullable(Id),
    attempt: Count,
    retryCount: Count,
    maxRetries: Count,
    crashCount: Count,
    runAfter: DateTime,
    idempotencyKey: Nullable(Type.String()),
    startedAt: Nullable(DateTime),
    completedAt: Nullable(DateTime),
    version: Count,
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { $id: 'Job' },
);
export type Job = Static<typeof Job>;
export const JobReference = reference<Job>('Job');

/** What is answered for work that takes long. */
export const AcceptedJob = StrictObject({ job: JobReference });

export const JobListQuery = StrictObject({
  ...PageQuery.properties,
  status: Type.Optional(JobStatus),
  type: Type.Optional(JobType),
  batchId: Type.Optional(Id),
});
