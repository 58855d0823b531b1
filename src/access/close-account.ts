import { randomUUID } from 'node:crypto';
import type { Database } from '../db/client.ts';
import type { Job } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import { DELETE_ACCOUNT } from '../repositories/job-values.ts';
import type { Passwords } from './passwords.ts';

/** Nobody is there to try again. */
const MAX_RETRIES = 20;

/**
 * Closes an account for good: from now on nobody can log in or call with a key of it, and nothing is
 * done for it but the job that deletes it: what waits or runs is paused. Ring `workersBell` afterwards.
 *
 * @returns the job
 * @throws AppError `invalid_credentials` when the password is another, `last_administrator`
 */
export async function closeAccount(
  {
    db,
    repositories,
    passwords,
  }: { db: Database; repositories: Repositories; passwords: Passwords },
  userId: string,
  password: string,
): Promise<Job> {
  const user = await repositories.users.getById(userId);
  if (!(await passwords.verify(user?.passwordHash, password))) {
    throw new AppError('invalid_credentials', 'The password is another.');
  }
  const unknown = await passwords.hash(randomUUID());
  return db.transaction(async (tx) => {
    const { users, sessions, apiKeys, accounts, jobs } = createRepositories(tx);
    // That may take a while, during which others are to be able to register.
    await users.lock(userId);
    await accounts.stopJobs(userId);
    // The account was deleted after its credentials were checked.
    if (!(await users.close(userId, unknown))) throw new AppError('unauthenticated');
    await sessions.deleteAllForUser(userId);
    await apiKeys.deleteAllForUser(userId);
    const type = DELETE_ACCOUNT;
    const { data } = await jobs.listByUser(userId, { limit: 1, type });
    // The second of two requests at once.
    if (data[0]) return data[0];
    const { job } = await jobs.create(userId, { type, priority: 100, maxRetries: MAX_RETRIES });
    return job;
  });
}
