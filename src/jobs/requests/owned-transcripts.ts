import { AppError } from '../../errors.ts';
import type { Repositories } from '../../repositories/index.ts';
import { slicesOf } from '../../repositories/slices.ts';

/** In one statement; the items of a batch may name many. */
const MOST_IDS = 10_000;

/** @throws AppError `not_found` when one of the transcripts is not the user's */
export async function checkOwnedTranscripts(
  { transcripts }: Repositories,
  userId: string,
  ids: readonly string[],
): Promise<void> {
  const named = new Set(ids.map((id) => id.toLowerCase()));
  for (const slice of slicesOf([...named], MOST_IDS)) {
    const owned = await transcripts.getOwnedIds(userId, slice);
    if (owned.length < slice.length) throw new AppError('not_found');
  }
}
