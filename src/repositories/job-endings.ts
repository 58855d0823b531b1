import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobFiles, jobs, type RunOutcome, transcripts } from '../db/schema/index.ts';
import type { CreatedFile, JobProblem } from '../schemas/jobs.ts';
import { endRuns } from './end-runs.ts';
import type { JobLease } from './job-queue.ts';
import { WITHOUT_LEASE } from './job-values.ts';

export type JobEndingsRepository = ReturnType<typeof createJobEndingsRepository>;

/** What came of a job. */
export type JobCompletion = JobLease & {
  result: unknown;
  createdFiles: readonly CreatedFile[];
  transcriptId: string | null;
};

/** How attempts end. Each statement ends the attempt and moves its job on, or does neither. */
export function createJobEndingsRepository(db: Database) {
  let completing: ReturnType<typeof prepareCompletion> | undefined;
  return { complete, fail, retry, wait, release };

  /**
   * A file that is gone by now is not among those that were created, and a transcript that was deleted
   * meanwhile takes what the result tells of it with it. The jobs are locked in the order of their ids,
   * like those of a batch that is paused or cancelled, so that no two wait for each other.
   *
   * @returns the ids of those whose lease was still good; the others were not changed
   */
  async function complete(completions: readonly JobCompletion[]): Promise<string[]> {
    if (completions.length === 0) return [];
    if (!completions.some(({ createdFiles }) => createdFiles.length > 0)) {
      completing ??= prepareCompletion(db);
      return store(completing, completions);
    }
    // Who deletes a file takes it from its job's list. Once the jobs are locked, that has been done,
    // or it waits for us; only a statement that begins now sees which.
    return db.transaction(async (tx) => {
      const ids = completions.map(({ jobId }) => jobId);
      await tx
        .select({ id: jobs.id })
        .from(jobs)
        .where(inArray(jobs.id, ids))
        .orderBy(jobs.id)
        .for('no key update');
      return store(prepareCompletion(tx), completions);
    });
  }

  async function store(
    statement: ReturnType<typeof prepareCompletion>,
    completions: readonly JobCompletion[],
  ): Promise<string[]> {
    const rows = await statement.execute({
      completions: JSON.stringify(completions),
      jobs: completions.map(({ jobId }) => jobId).join(),
      transcripts: completions.flatMap(({ transcriptId }) => transcriptId ?? []).join(),
    });
    return rows.map(({ jobId }) => jobId);
  }

  function prepareCompletion(tx: Database) {
    const done = sql`json_to_recordset(${sql.placeholder('completions')}::json) as d("jobId" uuid,
      "token" uuid, "result" jsonb, "createdFiles" jsonb, "transcriptId" uuid)`;
    const ids = (name: string) => sql`any(string_to_array(${sql.placeholder(name)}, ',')::uuid[])`;
    // Locked, for one that is deleted in this moment would fail the statement.
    const there = sql`(select t.user_id, t.id from ${transcripts} as t
      where t.id = ${ids('transcripts')} for key share) as there`;
    const left = tx.$with('ended_jobs', { id: sql<string>`id`.as('id') }).as(
      sql`update ${jobs} as j set status = 'completed', progress = 1,
          result = case when d."transcriptId" is null or d.user_id = j.user_id then d."result" end,
          created_files = (
            select coalesce(jsonb_agg(file order by place), '[]')
            from jsonb_array_elements(d."createdFiles") with ordinality as f(file, place)
            where exists (select from ${jobFiles}
              where job_files.user_id = j.user_id and job_files.id = (file ->> 'id')::uuid)),
          transcript_id = case when d.user_id = j.user_id then d."transcriptId" else j.transcript_id end,
          error_code = null, error_message = null, completed_at = now(),
          lease_token = null, lease_expires_at = null
        from (
          select held.*, there.user_id from (
            select d.* from ${done} join ${jobs} as h on h.id = d."jobId"
            where h.id = ${ids('jobs')} and h.lease_token = d."token" and h.status = 'running'
            order by h.id for no key update of h
          ) as held
          left join ${there} on there.id = held."transcriptId"
        ) as d
        where j.id = d."jobId"
        returning j.id`,
    );
    return endRuns(tx, left, sql`'completed'`, sql`null`).prepare('complete_jobs');
  }

  /** Ends a job for good. @returns whether the lease was still good */
  async function fail(lease: JobLease, problem: JobProblem): Promise<boolean> {
    return leave(lease, 'failed', problem, {
      status: 'failed',
      completedAt: sql`now()`,
      errorCode: problem.code,
      errorMessage: problem.message,
    });
  }

  /**
   * Puts a job back for another attempt.
   *
   * @param delayMs how long nobody takes it
   * @returns whether the lease was still good
   */
  async function retry(lease: JobLease, problem: JobProblem, delayMs: number): Promise<boolean> {
    const values = { ...later(problem, delayMs), retryCount: sql`${jobs.retryCount} + 1` };
    return leave(lease, 'retried', problem, values);
  }

  /**
   * Puts a job back because something else has to happen first; that is no failure.
   *
   * @param delayMs how long nobody takes it
   * @returns whether the lease was still good
   */
  async function wait(lease: JobLease, problem: JobProblem, delayMs: number): Promise<boolean> {
    return leave(lease, 'released', problem, later(problem, delayMs));
  }

  /** Gives a job back whose process has to stop; that is no failure. */
  async function release(lease: JobLease): Promise<boolean> {
    return leave(lease, 'released', null, { status: 'queued' });
  }

  async function leave(
    { jobId, token }: JobLease,
    outcome: RunOutcome,
    problem: JobProblem | null,
    values: Parameters<ReturnType<typeof db.update<typeof jobs>>['set']>[0],
  ): Promise<boolean> {
    const left = db.$with('ended_jobs').as(
      db
        .update(jobs)
        .set({ ...values, ...WITHOUT_LEASE })
        .where(and(eq(jobs.id, jobId), eq(jobs.leaseToken, token), eq(jobs.status, 'running')))
        .returning({ id: jobs.id }),
    );
    const error = problem === null ? sql`null` : sql`${JSON.stringify(problem)}::jsonb`;
    return (await endRuns(db, left, sql`${outcome}::text`, error)).length > 0;
  }
}

function later({ code, message }: JobProblem, delayMs: number) {
  return {
    status: 'queued',
    runAfter: sql`now() + ${delayMs}::float8 * interval '1 millisecond'`,
    errorCode: code,
    errorMessage: message,
  } as const;
}
