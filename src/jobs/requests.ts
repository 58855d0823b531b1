import type { JobType } from '../schemas/job-types.ts';
import type { JobRequest } from './handler.ts';
import { downloadRequest } from './requests/download.ts';
import { preprocessRequest } from './requests/preprocess.ts';
import { transcribeRequest } from './requests/transcribe.ts';

const REQUESTS: readonly JobRequest[] = [downloadRequest, preprocessRequest, transcribeRequest];

/** What callers may ask for, by type. */
export const JOB_REQUESTS: ReadonlyMap<JobType, JobRequest> = new Map(
  REQUESTS.map((request) => [request.type, request]),
);
