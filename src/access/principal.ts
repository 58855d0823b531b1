import type { ApiKey, User } from '../db/schema/index.ts';
import type { Repositories } from '../repositories/index.ts';
import { sessionEnd, USE_RESOLUTION_MS } from './sessions.ts';
import { API_KEY_PREFIX, hashToken, isApiKey } from './tokens.ts';

export type ApiKeyScope = ApiKey['scopes'][number];

/** Who calls, and with what. */
export type Principal = {
  userId: string;
  role: User['role'];
  /** The session's id; undefined for a call with an API key. */
  sessionId: string | undefined;
  /** What an API key allows; undefined for a session, which may do all that its user may. */
  scopes: readonly ApiKeyScope[] | undefined;
  /** When an API key runs out; null for never, and for a session. */
  keyExpiresAt: Date | null;
};

/** Whom a token belongs to; undefined when it is unknown, revoked or has run out. */
export async function authenticate(
  repositories: Repositories,
  token: string,
): Promise<Principal | undefined> {
  return token.startsWith(API_KEY_PREFIX)
    ? byApiKey(repositories, token)
    : bySession(repositories, token);
}

async function byApiKey({ apiKeys }: Repositories, token: string): Promise<Principal | undefined> {
  if (!isApiKey(token)) return undefined;
  const key = await apiKeys.getBySecretHash(hashToken(token));
  if (!key) return undefined;
  if (isDue(key.lastUsedAt)) await apiKeys.noteUse(key.userId, key.id);
  const { userId, role, scopes, expiresAt: keyExpiresAt } = key;
  return { userId, role, sessionId: undefined, scopes, keyExpiresAt };
}

async function bySession(
  { sessions }: Repositories,
  token: string,
): Promise<Principal | undefined> {
  const session = await sessions.getByTokenHash(hashToken(token));
  if (!session) return undefined;
  const { id, userId, role, createdAt, lastUsedAt } = session;
  if (isDue(lastUsedAt)) await sessions.extend(userId, id, sessionEnd(createdAt));
  return { userId, role, sessionId: id, scopes: undefined, keyExpiresAt: null };
}

function isDue(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || Date.now() - lastUsedAt.getTime() > USE_RESOLUTION_MS;
}

/** Whether a caller may do what needs `scope`. Administration also needs an administrator. */
export function allows(principal: Principal, scope: ApiKeyScope): boolean {
  if (scope === 'admin' && principal.role !== 'admin') return false;
  return principal.scopes === undefined || principal.scopes.includes(scope);
}
