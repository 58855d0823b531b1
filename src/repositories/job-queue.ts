import { and, eq, type Placeholder, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobRuns, jobs } from '../db/schema/index.ts';
import { type ClaimRequest, claimable } from './job-claims.ts';

/** Jobs that one statement wakes. */
export const WOKEN = 500;

export type JobQueueRepository = ReturnType<typeof createJobQueueRepository>;

/** What a worker has of a job that it holds. Only who has the token may write for the job. */
export type JobLease = { jobId: string; token: string };

/** A sign of life. `progress`: what is done, 0 to 1. */
export type JobBeat = JobLease & { progress: number };

/** A job that a worker has taken, and the attempt that it is making. */
export type ClaimedJob = JobLease & {
  runId: string;
  userId: string;
  type: string;
  parameters: Record<string, unknown>;
  transcriptId: string | null;
  batchId: string | null;
  attempt: number;
  retryCount: number;
  maxRetries: number;
};

/**
 * The queue, as workers see it: jobs of everybody. Only the database's clock counts, and every change
 * first matches the lease, so that whoever was away for too long changes nothing any more.
 */
export function createJobQueueRepository(db: Database) {
  let claims: ReturnType<typeof prepareClaims> | undefined;
  let wakings: ReturnType<typeof prepareWakings> | undefined;
  return { claim, wakeDue, hold, beat };

  /**
   * Takes what is due: of each user in turn, and of each user the highest priority first.
   *
   * @returns at most `limit` jobs; fewer where others took some in the same moment
   */
  async function claim(worker: string, { room, ...request }: ClaimRequest): Promise<ClaimedJob[]> {
    claims ??= prepareClaims();
    return claims.execute({ worker, room: JSON.stringify(room), ...request });
  }

  function prepareClaims() {
    const chosen = db.$with('chosen', { id: sql<string>`id`.as('id') }).as(claimable());
    const taken = db.$with('taken').as(
      db
        .update(jobs)
        .set({
          status: 'running',
          leaseToken: sql`gen_random_uuid()`,
          leaseExpiresAt: after(sql.placeholder('leaseMs')),
          lastHeartbeat: sql`now()`,
          startedAt: sql`coalesce(${jobs.startedAt}, now())`,
          attempt: sql`${jobs.attempt} + 1`,
        })
        .where(sql`${jobs.id} = any(array(${db.select({ id: chosen.id }).from(chosen)}))`)
        .returning(),
    );
    const runs = db
      .$with('runs', {
        runId: sql<string>`run_id`.as('run_id'),
        jobId: sql<string>`job_id`.as('job_id'),
      })
      .as(
        sql`insert into ${jobRuns} (job_id, attempt, worker)
          select id, attempt, ${sql.placeholder('worker')}::text from taken returning id as run_id, job_id`,
      );
    return (
      db
        .with(chosen, taken, runs)
        .select({
          jobId: taken.id,
          token: sql<string>`${taken.leaseToken}`,
          runId: runs.runId,
          userId: taken.userId,
          type: taken.type,
          parameters: taken.parameters,
          transcriptId: taken.transcriptId,
          batchId: taken.batchId,
          attempt: taken.attempt,
          retryCount: taken.retryCount,
          maxRetries: taken.maxRetries,
        })
        .from(taken)
        .innerJoin(runs, eq(runs.jobId, taken.id))
        // A claim need not outlive a crash of the server: nothing that is written under its token does
        // without it, for what is committed later is flushed later.
        .where(sql`set_config('synchronous_commit', 'off', true) = 'off'`)
        .prepare('claim_jobs')
    );
  }

  /**
   * Has claims find jobs whose moment has come. Their owners see no change, and nobody who watches
   * them is told of one.
   *
   * @returns how many there were, at most `WOKEN`
   */
  async function wakeDue(): Promise<number> {
    wakings ??= prepareWakings();
    return (await wakings.execute()).length;
  }

  function prepareWakings() {
    const due = db
      .select({ id: jobs.id })
      .from(jobs)
      .where(sql`${jobs.later} and ${jobs.runAfter} <= now()`)
      .orderBy(jobs.runAfter)
      .limit(WOKEN)
      .for('no key update', { skipLocked: true });
    return db
      .update(jobs)
      .set({ later: false })
      .where(sql`${jobs.id} = any(array(${due}))`)
      .returning({ id: jobs.id })
      .prepare('wake_due_jobs');
  }

  /**
   * Locks a job for the rest of a transaction. What the transaction writes is written only by who
   * holds the lease; nobody takes the job over before it ends.
   *
   * @returns whether the lease is still good
   */
  async function hold({ jobId, token }: JobLease): Promise<boolean> {
    const rows = await db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.id, jobId), eq(jobs.leaseToken, token), eq(jobs.status, 'running')))
      .for('no key update');
    return rows.length > 0;
  }

  /**
   * Says that jobs are still worked on, and how far they are. It passes over what is locked in this
   * moment: a long transaction of one job must not keep the others from being told of.
   *
   * @param leaseMs how long the leases are good from now on
   * @returns the ids of those that were changed: their lease is still good
   */
  async function beat(beats: readonly JobBeat[], leaseMs: number): Promise<string[]> {
    if (beats.length === 0) return [];
    const rows = await db
      .update(jobs)
      .set({
        leaseExpiresAt: after(leaseMs),
        lastHeartbeat: sql`now()`,
        progress: sql`held."progress"`,
      })
      .from(
        sql`(select j.id, b."progress"
          from json_to_recordset(${JSON.stringify(beats)}::json) as b("jobId" uuid, "token" uuid,
            "progress" real)
          join ${jobs} as j on j.id = b."jobId" and j.lease_token = b."token"
          for no key update of j skip locked) as held`,
      )
      .where(sql`${jobs.id} = held.id`)
      .returning({ id: jobs.id });
    return rows.map(({ id }) => id);
  }
}

const after = (ms: number | Placeholder) => sql`now() + ${ms}::float8 * interval '1 millisecond'`;
