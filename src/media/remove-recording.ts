import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { MediaStorage } from './storage.ts';

type RemovingDependencies = {
  media: MediaStorage;
  db: Database;
  /** Whoever works on the download hears of its end at once. */
  workersBell: { ring(): void };
};

/**
 * Deletes a recording and those that were made of it. A download of it ends in the same transaction, or
 * it would bring the recording back. The bytes go once the rows are gone: a file
 * without a row is swept away, a row without its file would be a mistake that stays.
 *
 * @throws AppError `not_found`
 */
export async function removeRecording(
  { media, db, workersBell }: RemovingDependencies,
  userId: string,
  id: string,
): Promise<void> {
  const filePaths = await db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    const paths = await repositories.mediaFiles.delete(userId, id);
    if (paths.length === 0) throw new AppError('not_found');
    await cancelDownload(repositories, userId, id);
    return paths;
  });
  workersBell.ring();
  await Promise.all(filePaths.map((filePath) => media.remove(filePath)));
}

/** A job and what it downloads have the same id. */
async function cancelDownload({ jobs }: Repositories, userId: string, id: string): Promise<void> {
  const job = await jobs.getById(userId, id);
  if (job?.type !== 'download') return;
  await jobs.cancel(userId, id).catch((error) => {
    // It has ended, and writes no more.
    if (!(error instanceof AppError && error.code === 'job_state')) throw error;
  });
}
