import type { Database } from '../db/client.ts';
import type { Job } from '../db/schema/index.ts';
import { invalidValue } from '../errors.ts';
import { createRepositories } from '../repositories/index.ts';
import type { CreateJob } from '../schemas/job-requests.ts';
import type { Bell } from './bell.ts';
import { enqueue } from './enqueue.ts';
import { requestOf } from './requests.ts';

const YEAR_10000 = Date.UTC(10_000, 0);

type Dependencies = { db: Database; workersBell: Bell };

/**
 * Stores a job, and tells the workers of this process.
 *
 * @param idempotencyKey the same request again, under the same key, is the same job; see `enqueue`
 * @throws AppError such as `not_found` for what the parameters name; `idempotency_mismatch` for a key
 *   under which another job was created
 */
export async function createJob(
  { db, workersBell }: Dependencies,
  userId: string,
  { type, parameters, runAfter, ...options }: CreateJob,
  idempotencyKey: string | null,
): Promise<Job> {
  const request = requestOf(type);
  const job = await db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    const [accepted] = await request.accept(
      repositories,
      userId,
      [parameters],
      () => '/parameters',
    );
    if (!accepted) throw new Error('a job was neither accepted nor refused');
    return enqueue(repositories, userId, accepted, {
      type,
      ...options,
      ...(runAfter === undefined ? {} : { runAfter: readMoment(runAfter) }),
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
    });
  });
  workersBell.ring();
  return job;
}

/** A date that is none, as a leap second is, is in no interval. */
function readMoment(text: string): Date {
  const moment = new Date(text);
  if (moment.getTime() >= 0 && moment.getTime() < YEAR_10000) return moment;
  throw invalidValue('/runAfter', 'must be a moment between the years 1970 and 9999');
}
