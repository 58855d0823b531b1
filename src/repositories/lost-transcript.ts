import { violatesForeignKey } from '../db/errors.ts';
import { AppError } from '../errors.ts';

/**
 * What is to be thrown where a job could not be inserted: its transcript may have been deleted after
 * somebody looked whether it is there.
 *
 * @throws AppError `not_found`; the error that was given, where it was not that
 */
export function refuseLostTranscript(error: unknown): never {
  if (violatesForeignKey(error, 'jobs_transcript_fk')) throw new AppError('not_found');
  throw error;
}
