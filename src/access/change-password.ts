import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { Passwords } from './passwords.ts';

/**
 * Changes a user's password and ends every session but the one that asked for it.
 *
 * @throws AppError `invalid_credentials` when the current password is another
 */
export async function changePassword(
  {
    db,
    repositories,
    passwords,
  }: { db: Database; repositories: Repositories; passwords: Passwords },
  userId: string,
  sessionId: string,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<void> {
  const user = await repositories.users.getById(userId);
  if (!(await passwords.verify(user?.passwordHash, currentPassword))) {
    throw new AppError('invalid_credentials', 'The current password is another.');
  }
  const passwordHash = await passwords.hash(newPassword);
  await db.transaction(async (tx) => {
    const { users, sessions } = createRepositories(tx);
    await users.setPasswordHash(userId, passwordHash);
    await sessions.deleteAllForUser(userId, sessionId);
  });
}
