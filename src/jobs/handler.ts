import type { Database } from '../db/client.ts';
import type { NewJob } from '../repositories/jobs.ts';
import { STORED_PARAMETERS, type StoredParameters } from '../schemas/job-parameters.ts';
import type { JobResult } from '../schemas/job-results.ts';
import type { JobType } from '../schemas/job-types.ts';
import type { CreatedFile } from '../schemas/jobs.ts';
import { checkOf } from './checks.ts';
import { withoutInputHash } from './input-hash.ts';
import { JobError } from './job-error.ts';

/** A job in the hands of its handler. */
export type RunningJob<Parameters = unknown> = {
  readonly id: string;
  readonly runId: string;
  readonly userId: string;
  readonly batchId: string | null;
  readonly transcriptId: string | null;
  /** Counted from 1. */
  readonly attempt: number;
  readonly parameters: Parameters;
  /** Aborted once the job is no longer this handler's: cancelled, paused, lost, or handed back. */
  readonly signal: AbortSignal;
  /**
   * Where effects are written. Each transaction on it matches the lease at its beginning and holds it
   * at its end, and throws `LeaseLost` where that is gone: who was away for too long changes nothing
   * any more.
   */
  readonly db: Database;
  /** Says how much is done, 0 to 1; as often as one likes. */
  readonly progress: (fraction: number) => void;
};

/** What came of a job. */
export type JobOutcome = {
  /** JSON; with camelCase names, as an answer has them. */
  result?: unknown;
  createdFiles?: readonly CreatedFile[];
  /** The transcript that was made. */
  transcriptId?: string;
};

/** What comes of a job of a type, as its schema in `schemas/job-results.ts` has it. */
export type OutcomeOf<Type extends JobType> = JobOutcome & { result: JobResult<Type> };

/** What a caller asks for, checked and made ready to be stored. */
export type AcceptedJob<Parameters = Record<string, unknown>> = Pick<NewJob, 'transcriptId'> & {
  parameters: Parameters;
  /** What the job will read; it is stored beside the job, and goes when the job has completed. */
  input?: { name: string; mediaType: string; bytes: Uint8Array };
};

/**
 * Does the jobs of one type. It may be called more than once for a job, also after it has done all of
 * the work: its effects must be the same as if it had been called once.
 */
export type JobHandler = {
  readonly type: JobType;
  /** How many run at once in one process. */
  readonly concurrency: number;
  /** Whether a job may take hours. Such jobs leave one slot of a process to the others. */
  readonly isLong?: boolean;
  /** Whether what an attempt has asked of models is kept: the next one does not ask for it again. */
  readonly keepsWork?: boolean;
  /** Whether its work may take the job itself away; see {@link fenced}. */
  readonly endsWithItsJob?: boolean;
  /** @throws JobError; AppError, see `toJobFailure`; the signal's reason once it is aborted */
  run(job: RunningJob): Promise<JobOutcome>;
};

type HandlerDefinition<Type extends JobType> = Omit<JobHandler, 'type' | 'run'> & {
  type: Type;
  run(job: RunningJob<StoredParameters<Type>>): Promise<OutcomeOf<Type>>;
};

/** A handler that is given nothing but parameters of its type, and brings nothing but its result. */
export function defineHandler<Type extends JobType>({
  run,
  ...handler
}: HandlerDefinition<Type>): JobHandler {
  const isStored = checkOf(STORED_PARAMETERS[handler.type]);
  return {
    ...handler,
    async run(job) {
      const parameters = withoutInputHash(job.parameters);
      if (isStored(parameters)) return run({ ...job, parameters });
      throw new JobError('invalid_parameters', 'The parameters are not those of this type of job.');
    },
  };
}
