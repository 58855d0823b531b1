import { AppError } from '../../errors.ts';
import type { Repositories } from '../../repositories/index.ts';

/** @throws AppError `not_found` when one of the recordings is not the user's */
export async function checkOwnedRecordings(
  { mediaFiles }: Repositories,
  userId: string,
  bodies: readonly { mediaFileId: string }[],
): Promise<void> {
  const wanted = new Set(bodies.map(({ mediaFileId }) => mediaFileId.toLowerCase()));
  const owned = await mediaFiles.getOwnedIds(userId, [...wanted]);
  if (owned.length < wanted.size) throw new AppError('not_found');
}
