import type { JobType } from '../schemas/job-types.ts';
import type { JobRequest } from './handler.ts';
import { exportRequest } from './requests/export.ts';

const REQUESTS: readonly JobRequest[] = [exportRequest];

/** What callers may ask for, by type. */
export const JOB_REQUESTS: ReadonlyMap<JobType, JobRequest> = new Map(
  REQUESTS.map((request) => [request.type, request]),
);
