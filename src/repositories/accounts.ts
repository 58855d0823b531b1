import { and, asc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../db/client.ts';
import { batches, jobs, users } from '../db/schema/index.ts';
import { ACCOUNT_PARTS, ofJobs } from './account-parts.ts';
import { endedRuns } from './end-runs.ts';
import { DELETE_ACCOUNT, REOPENED, WITHOUT_LEASE } from './job-values.ts';

export type AccountsRepository = ReturnType<typeof createAccountsRepository>;

/** How long a deletion that failed rests; less than the hour for which failed jobs are kept at least. */
const REST = sql`interval '30 minutes'`;

/** Jobs that one statement stops, in a second or less. */
const STOPPED = 2_000;

/** Taking an account apart, a piece at a time: all of it may be too much for one statement. */
export function createAccountsRepository(db: Database) {
  return { stopJobs, deleteSome, delete: deleteAccount, reopenDeletions };

  /**
   * Pauses all that waits or runs, some at a time, and nobody is there to resume it: batches first, as
   * everywhere, so that none is summed up. Whoever does a job writes nothing more. What it read is left
   * to the deletion: to cancel many jobs is dear, for their files go with it. For a transaction that has
   * locked the user.
   */
  async function stopJobs(userId: string): Promise<void> {
    await db
      .update(batches)
      .set({ status: 'paused' })
      .where(and(eq(batches.userId, userId), inArray(batches.status, ['pending', 'running'])));
    for (let after: string | undefined; ; ) {
      const ids = await lockOpenJobs(userId, after);
      await pause(ids);
      if (ids.length < STOPPED) return;
      after = ids.at(-1);
    }
  }

  /** By their ids in order, like others do it, and apart: what was claimed meanwhile has a run to be ended. */
  async function lockOpenJobs(userId: string, after: string | undefined): Promise<string[]> {
    const rows = await db
      .select({ id: jobs.id })
      .from(jobs)
      .where(
        and(
          ofJobs(userId),
          inArray(jobs.status, ['queued', 'running']),
          after === undefined ? undefined : gt(jobs.id, after),
        ),
      )
      .orderBy(asc(jobs.id))
      .limit(STOPPED)
      .for('no key update');
    return rows.map(({ id }) => id);
  }

  async function pause(ids: readonly string[]): Promise<void> {
    const paused = db.$with('paused').as(
      db
        .update(jobs)
        .set({ status: 'paused', ...WITHOUT_LEASE })
        .where(sql`${jobs.id} = any(string_to_array(${ids.join()}, ',')::uuid[])`)
        .returning({ id: jobs.id }),
    );
    const ended = endedRuns(db, db.select({ id: paused.id }).from(paused), 'paused');
    await db.with(paused, ended).select({ id: paused.id }).from(paused).limit(1);
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
