import type { Job } from '../db/schema/index.ts';
import type { Repositories } from '../repositories/index.ts';
import type { NewJob } from '../repositories/jobs.ts';
import type { AcceptedJob } from './handler.ts';

export type EnqueueOptions = Omit<NewJob, keyof AcceptedJob>;

/**
 * Stores a job with what it will read. It takes part in the caller's transaction: the job exists
 * exactly if that commits. Afterwards ring `workersBell`, so that nobody has to wait for a poll.
 *
 * @param repositories of a transaction
 */
export async function enqueue(
  repositories: Repositories,
  userId: string,
  { input, ...accepted }: AcceptedJob,
  options: EnqueueOptions,
): Promise<Job> {
  const { job, created } = await repositories.jobs.create(userId, { ...accepted, ...options });
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
