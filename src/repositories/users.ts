import { randomUUID } from 'node:crypto';
import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesUnique } from '../db/errors.ts';
import { type User, users } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { inserted } from './inserted.ts';

export type UsersRepository = ReturnType<typeof createUsersRepository>;

/** Any constant will do; it keeps two first registrations from both becoming administrator. */
const FIRST_USER_LOCK = 0x61646d696e;

/** People with an account. A user is its own owner, so `id` takes the owner's place. */
export function createUsersRepository(db: Database) {
  return { getById, getByEmail, create, update, setPasswordHash, keepOpen, lock, close };

  async function getById(id: string): Promise<User | undefined> {
    const [user] = await db.select().from(users).where(eq(users.id, id));
    return user;
  }

  /** Finds a user whatever the case of the address. */
  async function getByEmail(email: string): Promise<User | undefined> {
    const [user] = await db
      .select()
      .from(users)
      .where(eq(sql`lower(${users.email})`, sql`lower(${email})`));
    return user;
  }

  /**
   * Adds a user. The first one is the administrator; those who are being deleted do not count.
   *
   * @throws AppError `email_taken`
   */
  async function create(values: { email: string; passwordHash: string }): Promise<User> {
    try {
      return await db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${FIRST_USER_LOCK}::bigint)`);
        const [other] = await tx
          .select({ id: users.id })
          .from(users)
          .where(isNull(users.closedAt))
          .limit(1);
        const role = other ? 'user' : 'admin';
        const [user] = await tx
          .insert(users)
          .values({ ...values, role })
          .returning();
        return inserted(user);
      });
    } catch (error) {
      if (violatesUnique(error, 'users_email_unique')) throw new AppError('email_taken');
      throw error;
    }
  }

  async function update(
    id: string,
    values: Pick<User, 'searchHistory'>,
  ): Promise<User | undefined> {
    const [user] = await db.update(users).set(values).where(eq(users.id, id)).returning();
    return user;
  }

  /** @returns whether there is such a user */
  async function setPasswordHash(id: string, passwordHash: string): Promise<boolean> {
    const rows = await db
      .update(users)
      .set({ passwordHash })
      .where(eq(users.id, id))
      .returning({ id: users.id });
    return rows.length > 0;
  }

  /**
   * Keeps an account open until the transaction ends. Whoever stores work for a user does this before
   * anything else is locked: closing the account then finds that work, or it is refused.
   *
   * @throws AppError `unauthenticated` where the account was closed after its credentials were checked
   */
  async function keepOpen(id: string): Promise<void> {
    const [user] = await db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, id), isNull(users.closedAt)))
      .for('share');
    if (!user) throw new AppError('unauthenticated');
  }

  /** Waits for all that keeps the account open. From then on nobody does, until the transaction ends. */
  async function lock(id: string): Promise<void> {
    await db.select({ id: users.id }).from(users).where(eq(users.id, id)).for('no key update');
  }

  /**
   * Takes from a user whose account will be deleted what others could want, the address and the
   * administration, and the password.
   *
   * @param passwordHash of what nobody knows
   * @returns whether there is such a user
   * @throws AppError `last_administrator` for the only administrator of others
   */
  async function close(id: string, passwordHash: string): Promise<boolean> {
    return db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${FIRST_USER_LOCK}::bigint)`);
      const [user] = await tx.select({ role: users.role }).from(users).where(eq(users.id, id));
      // An administrator before others.
      const [other] = await tx
        .select({ role: users.role })
        .from(users)
        .where(and(ne(users.id, id), isNull(users.closedAt)))
        .orderBy(asc(users.role))
        .limit(1);
      if (user?.role === 'admin' && other?.role === 'user') {
        throw new AppError('last_administrator');
      }
      const email = `${randomUUID()}@deleted.invalid`;
      const rows = await tx
        .update(users)
        .set({
          email,
          passwordHash,
          role: 'user',
          closedAt: sql`coalesce(${users.closedAt}, now())`,
        })
        .where(eq(users.id, id))
        .returning({ id: users.id });
      return rows.length > 0;
    });
  }
}
