import type { Repositories } from '../repositories/index.ts';
import { createSessionToken, hashToken } from './tokens.ts';

const DAY_MS = 86_400_000;
const SLIDING_MS = 7 * DAY_MS;
const ABSOLUTE_MS = 30 * DAY_MS;

/** A session's use is written down at most this often: reading must not mean writing. */
export const USE_RESOLUTION_MS = 60_000;

/** A token, which is shown this once, and the end of its session. */
export type NewSession = { token: string; expiresAt: Date };

/** Logs a user in. */
export async function openSession({ sessions }: Repositories, userId: string): Promise<NewSession> {
  const token = createSessionToken();
  const expiresAt = sessionEnd(new Date());
  await sessions.create(userId, { tokenHash: hashToken(token), expiresAt });
  return { token, expiresAt };
}

/** When a session ends that is used now: seven days later, but thirty days after its login at most. */
export function sessionEnd(loggedInAt: Date, now = Date.now()): Date {
  return new Date(Math.min(now + SLIDING_MS, loggedInAt.getTime() + ABSOLUTE_MS));
}
