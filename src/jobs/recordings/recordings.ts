import type { MediaFile } from '../../db/schema/index.ts';
import { isMissing } from '../../media/system-errors.ts';
import type { Repositories } from '../../repositories/index.ts';
import { JobError } from '../job-error.ts';

/**
 * A recording that is whole.
 *
 * @throws JobError `not_found`; `recording_not_ready` while it is still being downloaded
 */
export async function findRecording(
  { mediaFiles }: Repositories,
  userId: string,
  id: string,
): Promise<MediaFile> {
  const file = await mediaFiles.getById(userId, id);
  if (!file) throw new JobError('not_found', 'The recording was deleted.');
  if (file.downloadStatus === 'completed') return file;
  const message = 'The recording has not been downloaded.';
  throw new JobError('recording_not_ready', message, {
    transient: file.downloadStatus !== 'failed',
    retryAfterMs: 10_000,
  });
}

/** What happens to recordings on the disk, with words for who reads of it in a job. */
export async function withBytes<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause) => {
    if (!isMissing(cause)) throw cause;
    throw new JobError('recording_missing', 'The bytes of the recording are not there.', { cause });
  });
}
