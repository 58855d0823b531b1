import type { MediaStorage } from './storage.ts';

/**
 * Removes all recordings of a user from the disk. The rows go with the account; whatever arrives
 * while this runs is removed by `sweepMedia`.
 */
export async function removeUserFiles(media: MediaStorage, userId: string): Promise<void> {
  await media.removeFolder(userId);
}
