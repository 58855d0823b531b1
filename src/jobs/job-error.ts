import { AppError, ERRORS } from '../errors.ts';
import type { JobProblem } from '../schemas/jobs.ts';

type JobErrorExtra = { transient?: boolean; retryAfterMs?: number; cause?: unknown };

/** Why a job failed, in words for its owner. Permanent, unless it says that trying again may help. */
export class JobError extends Error {
  readonly code: string;
  readonly permanent: boolean;
  /** Not to be tried again before so many ms have gone by. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, extra: JobErrorExtra = {}) {
    super(message, { cause: extra.cause });
    this.name = 'JobError';
    this.code = code;
    this.permanent = !extra.transient;
    this.retryAfterMs = extra.retryAfterMs;
  }
}

/** The job is another's by now, or nobody's. What was not yet written is not written. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease of the job is gone');
    this.name = 'LeaseLost';
  }
}

/** Codes of less than 500 that say nothing about the job itself. */
const PASSING = new Set([
  'rate_limited',
  'quota_exceeded',
  'conflict',
  'revision_conflict',
  'request_timeout',
]);

/** What a failure means for a job, and for its owner. What is our own fault reveals nothing. */
export function toJobProblem(error: unknown): JobProblem & { retryAfterMs: number | undefined } {
  if (error instanceof JobError) {
    const { code, message, permanent, retryAfterMs } = error;
    return { code, message, permanent, retryAfterMs };
  }
  if (error instanceof AppError) {
    const { code, message, errors, retryAfterSeconds } = error;
    const permanent = ERRORS[code].status < 500 && !PASSING.has(code);
    const retryAfterMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
    return { code, message, permanent, retryAfterMs, ...(errors ? { errors } : {}) };
  }
  const message = 'A fault of the server; its log has the id of the job.';
  return { code: 'internal', message, permanent: false, retryAfterMs: undefined };
}
