import { and, desc, eq, getTableColumns, gt, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type ApiKey, apiKeys, users } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type ApiKeysRepository = ReturnType<typeof createApiKeysRepository>;
export type NewApiKey = Pick<ApiKey, 'name' | 'prefix' | 'secretHash' | 'scopes' | 'expiresAt'>;

/** Keys for programs. A key's hash is looked up before anybody is known, so that finder has no owner. */
export function createApiKeysRepository(db: Database) {
  const livingKey = db
    .select({
      id: apiKeys.id,
      userId: apiKeys.userId,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
      role: users.role,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(
      and(
        eq(apiKeys.secretHash, sql.placeholder('secretHash')),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
      ),
    )
    .prepare('living_api_key');

  return { create, getBySecretHash, listByUser, noteUse, delete: deleteById, deleteAllForUser };

  async function create(userId: string, values: NewApiKey): Promise<ApiKey> {
    const [key] = await db
      .insert(apiKeys)
      .values({ userId, ...values })
      .returning();
    return inserted(key);
  }

  /** The living key of a secret, with its user's role. */
  async function getBySecretHash(secretHash: string) {
    const [found] = await livingKey.execute({ secretHash });
    return found;
  }

  async function listByUser(userId: string, { limit, cursor }: PageRequest): Promise<Page<ApiKey>> {
    const rows = await db
      .select({ item: getTableColumns(apiKeys), at: exactTime(apiKeys.createdAt) })
      .from(apiKeys)
      .where(and(eq(apiKeys.userId, userId), olderThan(apiKeys.createdAt, apiKeys.id, cursor)))
      .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  async function noteUse(userId: string, id: string): Promise<void> {
    await db
      .update(apiKeys)
      .set({ lastUsedAt: sql`now()` })
      .where(and(eq(apiKeys.userId, userId), eq(apiKeys.id, id)));
  }

  /** @returns whether there was such a key */
  async function deleteById(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(apiKeys)
      .where(and(eq(apiKeys.userId, userId), eq(apiKeys.id, id)))
      .returning({ id: apiKeys.id });
    return rows.length > 0;
  }

  /** Revokes all keys of a user. @returns how many */
  async function deleteAllForUser(userId: string): Promise<number> {
    const rows = await db
      .delete(apiKeys)
      .where(eq(apiKeys.userId, userId))
      .returning({ id: apiKeys.id });
    return rows.length;
  }
}
