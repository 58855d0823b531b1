import type { JobStatus, MediaFile } from '../../db/schema/index.ts';
import { isMissing } from '../../media/system-errors.ts';
import type { Repositories } from '../../repositories/index.ts';
import { JobError } from '../job-error.ts';

const UNDER_WAY: ReadonlySet<JobStatus> = new Set(['queued', 'running', 'paused']);

/** How soon a job that waits for a download is tried again, at first. */
const LOOK_AGAIN_MS = 10_000;

/**
 * A recording that is whole.
 *
 * @throws JobError `not_found`; `recording_not_ready`, for which the job waits while it is being
 *   downloaded, and which is permanent where nobody does so any more
 */
export async function findRecording(
  { mediaFiles, jobs }: Repositories,
  userId: string,
  id: string,
): Promise<MediaFile> {
  // The job that downloads a recording has its id. It is read first: it ends when the recording is whole.
  const download = await jobs.getById(userId, id);
  const file = await mediaFiles.getById(userId, id);
  if (!file) throw new JobError('not_found', 'The recording was deleted.');
  if (file.downloadStatus === 'completed') return file;
  const waits = download !== undefined && UNDER_WAY.has(download.status);
  const message = waits
    ? 'The recording is being downloaded.'
    : 'The recording has not been downloaded, and no job is about to.';
  throw new JobError('recording_not_ready', message, { waits, retryAfterMs: LOOK_AGAIN_MS });
}

/** What happens to recordings on the disk, with words for who reads of it in a job. */
export async function withBytes<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause) => {
    if (!isMissing(cause)) throw cause;
    throw new JobError('recording_missing', 'The bytes of the recording are not there.', { cause });
  });
}
