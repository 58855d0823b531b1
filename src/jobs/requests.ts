import { invalidValue } from '../errors.ts';
import { BATCH_TYPES, type BatchType } from '../schemas/job-types.ts';
import type { JobRequest } from './request.ts';
import { downloadRequest } from './requests/download.ts';
import { embedRequest } from './requests/embed.ts';
import { enhanceRequest } from './requests/enhance.ts';
import { exportRequest } from './requests/export.ts';
import { importRequest } from './requests/import.ts';
import { preprocessRequest } from './requests/preprocess.ts';
import { transcribeRequest } from './requests/transcribe.ts';
import { youtubeRequest } from './requests/youtube.ts';

// The compiler asks for each.
const REQUESTS: { [Type in BatchType]: JobRequest } = {
  download: downloadRequest,
  embed: embedRequest,
  enhance: enhanceRequest,
  export: exportRequest,
  import: importRequest,
  preprocess: preprocessRequest,
  transcribe: transcribeRequest,
  youtube: youtubeRequest,
};

/** What callers may ask for, by type. */
export const JOB_REQUESTS: ReadonlyMap<BatchType, JobRequest> = new Map(
  BATCH_TYPES.map((type) => [type, REQUESTS[type]]),
);

/** @throws AppError `validation_failed` */
export function requestOf(type: BatchType): JobRequest {
  const request = JOB_REQUESTS.get(type);
  if (!request) throw invalidValue('/type', 'is not a type that can be asked for');
  return request;
}
