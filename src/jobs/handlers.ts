import type { JobType } from '../schemas/job-types.ts';
import type { JobHandler } from './handler.ts';

export type JobHandlers = ReadonlyMap<JobType, JobHandler>;

/** Everything that jobs can do here: one handler for each type. */
export function createJobHandlers(): JobHandlers {
  const handlers: JobHandler[] = [];
  return new Map(handlers.map((handler) => [handler.type, handler]));
}
