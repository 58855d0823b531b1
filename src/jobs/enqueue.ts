import { isDeepStrictEqual } from 'node:util';
import type { Job } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { NewJob } from '../repositories/jobs.ts';
import type { AcceptedJob } from './handler.ts';
import { withInputHash } from './input-hash.ts';

export type EnqueueOptions = Omit<NewJob, keyof AcceptedJob>;

/**
 * Stores a job with what it will read. It takes part in the caller's transaction: the job exists
 * exactly if that commits. Afterwards ring `workersBell`, so that nobody has to wait for a poll.
 *
 * @param repositories of a transaction
 * @returns the job; that of before where the user has the same one under the idempotency key. Jobs are
 *   the same by type, parameters and content; priority, retries and time are how it is done, not what
 * @throws AppError `idempotency_mismatch` for a key under which another job was stored; `not_found`;
 *   `unauthenticated` for an account that was closed meanwhile
 */
export async function enqueue(
  repositories: Repositories,
  userId: string,
  accepted: AcceptedJob,
  options: EnqueueOptions,
): Promise<Job> {
  const { input, ...rest } = accepted;
  const parameters = await withInputHash(accepted);
  const values = { ...rest, ...options, parameters };
  await repositories.users.keepOpen(userId);
  const { job, created } = await repositories.jobs.create(userId, values);
  if (!created && !isSame(job, options.type, parameters)) {
    throw new AppError('idempotency_mismatch');
  }
  if (!input || !created) return job;
  const { bytes, ...named } = input;
  const file = await repositories.jobFiles.create(userId, {
    jobId: job.id,
    kind: 'input',
    ...named,
  });
  await repositories.jobFiles.append(userId, file.id, bytes);
  return job;
}

function isSame(known: Job, type: string, parameters: unknown): boolean {
  const asStored: unknown = JSON.parse(JSON.stringify(parameters));
  return known.type === type && isDeepStrictEqual(known.parameters, asStored);
}
