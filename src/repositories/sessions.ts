import { and, desc, eq, getTableColumns, gt, lte, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Session, sessions, users } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type SessionsRepository = ReturnType<typeof createSessionsRepository>;
export type SessionWithUser = NonNullable<
  Awaited<ReturnType<SessionsRepository['getByTokenHash']>>
>;

/** Logins. A token's hash is looked up before anybody is known, so that finder has no owner. */
export function createSessionsRepository(db: Database) {
  const livingSession = db
    .select({
      id: sessions.id,
      userId: sessions.userId,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      lastUsedAt: sessions.lastUsedAt,
      role: users.role,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(eq(sessions.tokenHash, sql.placeholder('tokenHash')), gt(sessions.expiresAt, sql`now()`)),
    )
    .prepare('living_session');

  return {
    create,
    getByTokenHash,
    listByUser,
    extend,
    delete: deleteById,
    deleteAllForUser,
    deleteExpired,
  };

  async function create(
    userId: string,
    values: { tokenHash: string; expiresAt: Date },
  ): Promise<Session> {
    const [session] = await db
      .insert(sessions)
      .values({ userId, ...values })
      .returning();
    return inserted(session);
  }

  /** The living session of a token, with its user's role. Runs on every request. */
  async function getByTokenHash(tokenHash: string) {
    const [found] = await livingSession.execute({ tokenHash });
    return found;
  }

  async function listByUser(
    userId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Session>> {
    const rows = await db
      .select({ item: getTableColumns(sessions), at: exactTime(sessions.createdAt) })
      .from(sessions)
      .where(
        and(
          eq(sessions.userId, userId),
          gt(sessions.expiresAt, sql`now()`),
          olderThan(sessions.createdAt, sessions.id, cursor),
        ),
      )
      .orderBy(desc(sessions.createdAt), desc(sessions.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  /** Notes that a session was used, and moves its end. */
  async function extend(userId: string, id: string, expiresAt: Date): Promise<void> {
    await db
      .update(sessions)
      .set({ expiresAt, lastUsedAt: sql`now()` })
      .where(and(eq(sessions.userId, userId), eq(sessions.id, id)));
  }

  /** @returns whether there was such a session */
  async function deleteById(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
      .returning({ id: sessions.id });
    return rows.length > 0;
  }

  /** Ends all sessions of a user, but for the one named. @returns how many */
  async function deleteAllForUser(userId: string, exceptId?: string): Promise<number> {
    const rows = await db
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), exceptId ? ne(sessions.id, exceptId) : undefined))
      .returning({ id: sessions.id });
    return rows.length;
  }

  /** Removes what has run out, of everybody. @returns how many */
  async function deleteExpired(): Promise<number> {
    const rows = await db
      .delete(sessions)
      .where(lte(sessions.expiresAt, sql`now()`))
      .returning({ id: sessions.id });
    return rows.length;
  }
}
