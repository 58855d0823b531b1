import { eq, exists, not, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { postings, staleVocabularies, terms } from '../db/schema/index.ts';

export type VocabularyRepository = ReturnType<typeof createVocabularyRepository>;

/** The class of the advisory locks on vocabularies ("pvoc" in ASCII); the other half is the user. */
const LOCK = 0x70766f63;

/** Users whose vocabularies are swept at a time. */
const BATCH = 100;

/**
 * Keeps the words of a library those that somebody said. Whoever indexes a transcript holds the
 * vocabulary, together with any number of others; it is swept only while nobody holds it. Nobody
 * ever waits to sweep, and who waits to hold waits for one statement (docs/decisions/0014-vocabulary.md).
 */
export function createVocabularyRepository(db: Database) {
  return { hold, sweep, sweepStale };

  /** Keeps the user's words from being swept until the transaction ends. */
  async function hold(userId: string): Promise<void> {
    await db.execute(sql`select pg_advisory_xact_lock_shared(${LOCK}, hashtext(${userId}))`);
  }

  /**
   * Removes the words that none of the user's transcripts holds any more. Should somebody be
   * indexing, they are noted as stale, and swept later. To be called in the transaction that took
   * the postings away, as the last thing that it does.
   *
   * @returns whether they are gone
   */
  async function sweep(userId: string): Promise<boolean> {
    return db.transaction(async (tx) => {
      const [lock] = await tx
        .select({
          free: sql<boolean>`pg_try_advisory_xact_lock(${LOCK}, hashtext(${userId}))`,
        })
        .from(sql`(select) as one`);
      if (!lock?.free) {
        await tx.insert(staleVocabularies).values({ userId });
        return false;
      }
      // Only a statement that began with the lock sees all that others have indexed before. The
      // notes first: what is noted meanwhile stays noted.
      await tx.delete(staleVocabularies).where(eq(staleVocabularies.userId, userId));
      const used = tx.select().from(postings).where(eq(postings.termId, terms.id));
      await tx.delete(terms).where(sql`${eq(terms.userId, userId)} and ${not(exists(used))}`);
      return true;
    });
  }

  /** Sweeps what could not be swept when it became stale. @returns how many vocabularies */
  async function sweepStale(): Promise<number> {
    const stale = await db
      .selectDistinct({ userId: staleVocabularies.userId })
      .from(staleVocabularies)
      .limit(BATCH);
    let swept = 0;
    for (const { userId } of stale) if (await sweep(userId)) swept += 1;
    return swept;
  }
}
