import { AppError, invalidValue } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import { slicesOf } from '../repositories/slices.ts';
import { MOST_NAMED } from '../schemas/job-types.ts';

/** Ids of one statement. */
const IDS = 5_000;

/** What a body names that has to be the caller's own; some of it maybe more than once. */
export type Named = { transcripts?: readonly string[]; recordings?: readonly string[] };

/** Collects what the bodies of a request name, and asks once for all whose it is. */
export function collectNamed() {
  const transcripts = new Set<string>();
  const recordings = new Set<string>();
  let count = 0;
  return { add, checkOwned };

  /** @throws AppError `validation_failed` once it is too much */
  function add(named: Named): void {
    for (const [ids = [], known] of [
      [named.transcripts, transcripts],
      [named.recordings, recordings],
    ] as const) {
      count += ids.length;
      for (const id of ids) known.add(id.toLowerCase());
    }
    if (count > MOST_NAMED) {
      throw invalidValue('', `is where the request has named more than ${MOST_NAMED} ids`);
    }
  }

  /** @throws AppError `not_found` when one of them is not the user's */
  async function checkOwned(repositories: Repositories, userId: string): Promise<void> {
    for (const [known, { getOwnedIds }] of [
      [transcripts, repositories.transcripts],
      [recordings, repositories.mediaFiles],
    ] as const) {
      for (const slice of slicesOf([...known], IDS)) {
        const owned = await getOwnedIds(userId, slice);
        if (owned.length < slice.length) throw new AppError('not_found');
      }
    }
  }
}
