import type { ApiKey } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import { type ApiKeyScope, allows, type Principal } from './principal.ts';
import { createApiKey, hashToken } from './tokens.ts';

/** Later dates are written with a sign and six digits, which PostgreSQL does not read. */
const YEAR_10000 = Date.UTC(10_000, 0);

/** What a caller asks for; `expiresAt` is ISO 8601. */
export type ApiKeyRequest = { name: string; scopes: ApiKeyScope[]; expiresAt?: string };

/**
 * Creates a key that may do no more than its creator, and that does not outlive a creator that is a
 * key with an end.
 *
 * @returns the stored key, and the key itself, which is not stored
 * @throws AppError `forbidden` for a scope or a time that the caller lacks, `validation_failed` for an end
 *   that is not a time to come
 */
export async function issueApiKey(
  { apiKeys }: Repositories,
  caller: Principal,
  { name, scopes, expiresAt: end }: ApiKeyRequest,
): Promise<ApiKey & { key: string }> {
  if (!scopes.every((scope) => allows(caller, scope))) {
    throw new AppError('forbidden', 'These credentials lack a scope that the key would have.');
  }
  const expiresAt = end === undefined ? null : new Date(end);
  if (expiresAt && !isToCome(expiresAt)) {
    throw new AppError('validation_failed', 'The key would have run out already.', {
      errors: [{ path: '/expiresAt', message: 'must be a time to come, before the year 10000' }],
    });
  }
  const { keyExpiresAt } = caller;
  if (keyExpiresAt && !(expiresAt && expiresAt <= keyExpiresAt)) {
    throw new AppError('forbidden', 'The key would outlive the one that creates it.');
  }
  const { key, prefix } = createApiKey();
  const secretHash = hashToken(key);
  const stored = await apiKeys.create(caller.userId, {
    name,
    prefix,
    secretHash,
    scopes,
    expiresAt,
  });
  return { ...stored, key };
}

/** A date that is none, as a leap second is, is in no interval. An offset may lead to the year 10000. */
function isToCome(date: Date): boolean {
  return date.getTime() > Date.now() && date.getTime() < YEAR_10000;
}
