import { AppError, invalidValue } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { BatchType } from '../schemas/job-types.ts';
import type { AcceptedJob, JobRequest } from './handler.ts';
import { JOB_REQUESTS } from './requests.ts';

/**
 * Makes jobs of the items of a batch, all of them or none.
 *
 * @param items checked by the schema of the type
 * @throws AppError for the first item that is wrong, with its place
 */
export async function acceptItems(
  repositories: Repositories,
  userId: string,
  type: BatchType,
  items: readonly unknown[],
): Promise<AcceptedJob[]> {
  const request = JOB_REQUESTS.get(type);
  if (!request) throw invalidValue('/type', 'is not a type that can be asked for');
  try {
    return await request.accept(repositories, userId, items);
  } catch (error) {
    // What is not there looks the same wherever somebody asks for it.
    if (!(error instanceof AppError) || error.code === 'not_found') throw error;
    throw await findMistake(request, repositories, userId, items, error);
  }
}

/** The first item that is not accepted is found by halves: what is asked again is no more than all. */
async function findMistake(
  request: JobRequest,
  repositories: Repositories,
  userId: string,
  items: readonly unknown[],
  error: AppError,
): Promise<AppError> {
  let found = error;
  let [from, to] = [0, items.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    try {
      await request.accept(repositories, userId, items.slice(from, middle));
      from = middle;
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      found = cause;
      to = middle;
    }
  }
  const errors = (found.errors ?? [{ path: '', message: found.message }]).map((location) => ({
    ...location,
    path: `/items/${from}${location.path}`,
  }));
  return new AppError(found.code, found.message, { errors, cause: found });
}
