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

/** The process is being stopped; another one will do the job. */
export class WorkerStopped extends Error {
  constructor() {
    super('the process is being stopped');
    this.name = 'WorkerStopped';
  }
}
