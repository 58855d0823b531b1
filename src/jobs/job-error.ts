type JobErrorExtra = {
  transient?: boolean;
  /** Something else has to happen first: the job has not failed, and waits. */
  waits?: boolean;
  retryAfterMs?: number;
  cause?: unknown;
};

/**
 * Why a job failed, or waits, in words for its owner. Permanent, unless it says that trying again may
 * help.
 */
export class JobError extends Error {
  readonly code: string;
  readonly permanent: boolean;
  readonly waits: boolean;
  /** Not to be tried again before so many ms have gone by. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, extra: JobErrorExtra = {}) {
    super(message, { cause: extra.cause });
    this.name = 'JobError';
    this.code = code;
    this.waits = extra.waits ?? false;
    this.permanent = !extra.transient && !this.waits;
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

/** The process is being stopped; another one will do the job. */
export class WorkerStopped extends Error {
  constructor() {
    super('the process is being stopped');
    this.name = 'WorkerStopped';
  }
}
