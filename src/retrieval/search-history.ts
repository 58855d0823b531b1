import { AppError, invalidValue } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { JudgeHit } from '../schemas/search-history.ts';

/** A search with its hits. @throws AppError `not_found` */
export async function findKeptSearch(
  { searchHistory }: Repositories,
  userId: string,
  searchId: string,
) {
  const search = await searchHistory.getById(userId, searchId);
  if (!search) throw new AppError('not_found');
  return { ...search, hits: await searchHistory.listHits(userId, searchId) };
}

/**
 * Marks a hit.
 *
 * @throws AppError `validation_failed` when the hit is not named, or `not_found`
 */
export async function judgeHit(
  { searchHistory }: Repositories,
  userId: string,
  searchId: string,
  { verdict, ...hit }: JudgeHit,
) {
  if (hit.rank === undefined && hit.chunkId === undefined) {
    throw invalidValue('', 'needs `rank` or `chunkId`');
  }
  const judged = await searchHistory.judge(userId, searchId, hit, verdict);
  if (!judged) throw new AppError('not_found');
  return judged;
}
