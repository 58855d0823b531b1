import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { MediaStorage } from './storage.ts';

/**
 * Deletes a recording and those that were made of it. The bytes go once the rows are gone: a file
 * without a row is swept away, a row without its file would be a mistake that stays.
 *
 * @throws AppError `not_found`
 */
export async function removeRecording(
  { media, repositories }: { media: MediaStorage; repositories: Repositories },
  userId: string,
  id: string,
): Promise<void> {
  const filePaths = await repositories.mediaFiles.delete(userId, id);
  if (filePaths.length === 0) throw new AppError('not_found');
  await Promise.all(filePaths.map((filePath) => media.remove(filePath)));
}
