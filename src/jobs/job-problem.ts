import { isUnavailable } from '../db/errors.ts';
import { AppError, ERRORS } from '../errors.ts';
import type { JobProblem } from '../schemas/jobs.ts';
import { storableText } from '../storable.ts';
import { JobError } from './job-error.ts';

/** What a failure means for a job, and when it may be tried again at the earliest, in ms. */
export type JobFailure = {
  problem: JobProblem;
  retryAfterMs: number;
  /** Something else has to happen first; that is no failure of the job. */
  waits: boolean;
};

/** Codes of less than 500 that say nothing about the job itself. */
const PASSING = new Set(['rate_limited', 'conflict', 'revision_conflict', 'request_timeout']);

/** Codes that are over at a moment that is known; a quota of nothing, which never is, cannot be set. */
const WAITING = new Set(['quota_exceeded']);

const LONGEST_CODE = 50;
const LONGEST_MESSAGE = 2_000;
const MOST_PLACES = 100;
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** What a failure means for a job, and for its owner. What is our own fault reveals nothing. */
export function toJobFailure(error: unknown): JobFailure {
  if (error instanceof JobError) {
    const { code, message, permanent, retryAfterMs, waits } = error;
    return failure({ code, message, permanent }, retryAfterMs, waits);
  }
  if (error instanceof AppError) {
    const { code, message, errors, retryAfterSeconds } = error;
    const waits = WAITING.has(code);
    const permanent = ERRORS[code].status < 500 && !PASSING.has(code) && !waits;
    const problem = { code, message, permanent, ...(errors ? { errors } : {}) };
    return failure(problem, retryAfterSeconds && retryAfterSeconds * 1_000, waits);
  }
  if (isUnavailable(error)) {
    const message = 'The database did not answer.';
    return failure({ code: 'unavailable', message, permanent: false });
  }
  const message = 'A fault of the server; its log has the id of the job.';
  return failure({ code: 'internal', message, permanent: false });
}

/** Messages may quote what others sent, and then hold what a database does not take. */
function failure(
  { code, message, permanent, errors }: JobProblem,
  retryAfterMs = 0,
  waits = false,
): JobFailure {
  const places = errors?.slice(0, MOST_PLACES).map((place) => ({
    ...place,
    path: shortened(place.path),
    message: shortened(place.message),
  }));
  return {
    problem: {
      code: shortened(code, LONGEST_CODE),
      message: shortened(message),
      permanent,
      ...(places ? { errors: places } : {}),
    },
    retryAfterMs: retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_WAIT_MS) : 0,
    waits,
  };
}

function shortened(text: string, longest = LONGEST_MESSAGE): string {
  return storableText(text.slice(0, longest));
}
