import { and, eq, lte, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type IdempotencyKey, idempotencyKeys } from '../db/schema/index.ts';

export type IdempotencyKeysRepository = ReturnType<typeof createIdempotencyKeysRepository>;
export type StoredAnswer = { statusCode: number; contentType: string; body: string };

/** A request that was not renewed in this time was cut off with its process, and may be run again. */
const ABANDONED = sql`interval '2 minutes'`;

/** What was answered under which Idempotency-Key. */
export function createIdempotencyKeysRepository(db: Database) {
  return { claim, renew, get, complete, release, deleteExpired };

  /**
   * Takes a key for a request, unless it is held. A key that ran out, or whose request was cut
   * off with its process, is taken over.
   *
   * @returns whether the caller holds the key now and has to answer
   */
  async function claim(
    userId: string,
    key: string,
    requestHash: string,
    expiresAt: Date,
  ): Promise<boolean> {
    const fresh = {
      requestHash,
      expiresAt,
      statusCode: null,
      contentType: null,
      body: null,
      createdAt: sql`now()`,
    };
    const rows = await db
      .insert(idempotencyKeys)
      .values({ userId, key, requestHash, expiresAt })
      .onConflictDoUpdate({
        target: [idempotencyKeys.userId, idempotencyKeys.key],
        set: fresh,
        setWhere: sql`${idempotencyKeys.expiresAt} <= now() or (
          ${idempotencyKeys.statusCode} is null and ${idempotencyKeys.requestHash} = ${requestHash}
          and ${idempotencyKeys.createdAt} <= now() - ${ABANDONED})`,
      })
      .returning({ key: idempotencyKeys.key });
    return rows.length > 0;
  }

  /** Says that the request which holds a key is still running. */
  async function renew(userId: string, key: string): Promise<void> {
    await db
      .update(idempotencyKeys)
      .set({ createdAt: sql`now()` })
      .where(and(isKey(userId, key), sql`${idempotencyKeys.statusCode} is null`));
  }

  async function get(userId: string, key: string): Promise<IdempotencyKey | undefined> {
    const [row] = await db.select().from(idempotencyKeys).where(isKey(userId, key));
    return row;
  }

  async function complete(userId: string, key: string, answer: StoredAnswer): Promise<void> {
    await db.update(idempotencyKeys).set(answer).where(isKey(userId, key));
  }

  /** Gives a key back whose request failed through no fault of the caller, so that it can be retried. */
  async function release(userId: string, key: string): Promise<void> {
    await db
      .delete(idempotencyKeys)
      .where(and(isKey(userId, key), sql`${idempotencyKeys.statusCode} is null`));
  }

  /** Removes what has run out, of everybody. @returns how many */
  async function deleteExpired(): Promise<number> {
    const rows = await db
      .delete(idempotencyKeys)
      .where(lte(idempotencyKeys.expiresAt, sql`now()`))
      .returning({ key: idempotencyKeys.key });
    return rows.length;
  }
}

function isKey(userId: string, key: string) {
  return and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));
}
