import { isUnavailable } from '../db/errors.ts';
import { AppError, ERRORS } from '../errors.ts';
import type { JobProblem } from '../schemas/jobs.ts';
import { JobError } from './job-error.ts';

/** What a failure means for a job, and when it may be tried again at the earliest, in ms. */
export type JobFailure = { problem: JobProblem; retryAfterMs: number };

/** Codes of less than 500 that say nothing about the job itself. */
const PASSING = new Set([
  'rate_limited',
  'quota_exceeded',
  'conflict',
  'revision_conflict',
  'request_timeout',
]);

const LONGEST_CODE = 50;
const LONGEST_MESSAGE = 2_000;
const MOST_PLACES = 100;
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** What a failure means for a job, and for its owner. What is our own fault reveals nothing. */
export function toJobFailure(error: unknown): JobFailure {
  if (error instanceof JobError) {
    const { code, message, permanent, retryAfterMs } = error;
    return failure({ code, message, permanent }, retryAfterMs);
  }
  if (error instanceof AppError) {
    const { code, message, errors, retryAfterSeconds } = error;
    const permanent = ERRORS[code].status < 500 && !PASSING.has(code);
    const problem = { code, message, permanent, ...(errors ? { errors } : {}) };
    return failure(problem, retryAfterSeconds && retryAfterSeconds * 1_000);
  }
  if (isUnavailable(error)) {
    const message = 'The database did not answer.';
    return failure({ code: 'unavailable', message, permanent: false });
  }
  const message = 'A fault of the server; its log has the id of the job.';
  return failure({ code: 'internal', message, permanent: false });
}

/** Messages may quote what others sent, and then hold what a database does not take. */
function failure({ code, message, permanent, errors }: JobProblem, retryAfterMs = 0): JobFailure {
  const places = errors?.slice(0, MOST_PLACES).map((place) => ({
    ...place,
    path: storable(place.path),
    message: storable(place.message),
  }));
  return {
    problem: {
      code: storable(code, LONGEST_CODE),
      message: storable(message),
      permanent,
      ...(places ? { errors: places } : {}),
    },
    retryAfterMs: retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_WAIT_MS) : 0,
  };
}

function storable(text: string, longest = LONGEST_MESSAGE): string {
  return text.replaceAll('\0', '\uFFFD').slice(0, longest).toWellFormed();
}
