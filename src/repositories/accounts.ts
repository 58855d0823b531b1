import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../db/client.ts';
import { jobs, users } from '../db/schema/index.ts';
import { ACCOUNT_PARTS, ofJobs } from './account-parts.ts';
import { DELETE_ACCOUNT, REOPENED } from './job-values.ts';

export type AccountsRepository = ReturnType<typeof createAccountsRepository>;

/** How long a deletion that failed rests; less than the hour for which failed jobs are kept at least. */
const REST = sql`interval '30 minutes'`;

/** Attempts under way that a request stops by itself: more than a user's share of any pool. */
const MOST_RUNNING = 100;

/** Taking an account apart, a piece at a time: all of it may be too much for one statement. */
export function createAccountsRepository(db: Database) {
  return { stopJobs, deleteSome, delete: deleteAccount, reopenDeletions };

  /** Deletes the jobs that are being done: whoever does them writes nothing more. */
  async function stopJobs(userId: string): Promise<void> {
    const running = and(ofJobs(userId), eq(jobs.status, 'running'));
    await deleteWhere(jobs, running, MOST_RUNNING);
  }

  /**
   * Deletes some of what a user has, and what belongs to it. To be called until nothing is left.
   *
   * @param done how many parts of an account are gone already
   * @returns how many there are, of how many, after this call
   */
  async function deleteSome(userId: string, done: number): Promise<{ done: number; of: number }> {
    const of = ACCOUNT_PARTS.length;
    const part = ACCOUNT_PARTS[done];
    if (!part) return { done: of, of };
    const isRest = (await deleteWhere(part.table, part.of(userId), part.size)) < part.size;
    return { done: isRest ? done + 1 : done, of };
  }

  /** Deletes the user, with all that is left. @returns whether there was one */
  async function deleteAccount(userId: string): Promise<boolean> {
    const rows = await db.delete(users).where(eq(users.id, userId)).returning({ id: users.id });
    return rows.length > 0;
  }

  /** Takes up deletions that failed half an hour ago: half an account must not stay. @returns how many */
  async function reopenDeletions(): Promise<number> {
    const rows = await db
      .update(jobs)
      .set(REOPENED)
      .where(
        and(
          eq(jobs.type, DELETE_ACCOUNT),
          eq(jobs.status, 'failed'),
          lt(jobs.completedAt, sql`now() - ${REST}`),
        ),
      )
      .returning({ id: jobs.id });
    return rows.length;
  }

  async function deleteWhere(table: PgTable, condition: SQL | undefined, limit: number) {
    const chosen = sql`array(select ctid from ${table} where ${condition} limit ${limit})`;
    const rows = await db
      .delete(table)
      .where(sql`ctid = any(${chosen})`)
      .returning({ one: sql`1` });
    return rows.length;
  }
}
