import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query, undone } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { checkJobInvariants, JOB_INVARIANTS } from '../helpers/job-invariants.ts';

const { db } = await openTestDatabase();
const user = await createUser(createRepositories(db));
const [begun, ended, summary] = [randomUUID(), randomUUID(), randomUUID()];

// A batch with a job that runs and one that waits, one that has ended and was summed up, and a failed job.
await query(
  db,
  `insert into batches (id, user_id, name, type, status, total_files, worker_count, end_time) values
    ('${begun}', '${user.id}', '', 'embed', 'running', 2, 1, null),
    ('${ended}', '${user.id}', '', 'embed', 'completed', 1, 1, now())`,
);
await query(
  db,
  `insert into jobs (id, user_id, type, batch_id, status, attempt, progress, lease_token, lease_expires_at,
    completed_at, error_code, error_message) values
    (gen_random_uuid(), '${user.id}', 'embed', '${begun}', 'running', 1, 0, gen_random_uuid(), now(), null, null, null),
    (gen_random_uuid(), '${user.id}', 'embed', '${begun}', 'queued', 0, 0, null, null, null, null, null),
    (gen_random_uuid(), '${user.id}', 'embed', '${ended}', 'completed', 1, 1, null, null, now(), null, null),
    ('${summary}', '${user.id}', 'complete-batch', null, 'completed', 1, 1, null, null, now(), null, null),
    (gen_random_uuid(), '${user.id}', 'embed', null, 'failed', 1, 0, null, null, now(), 'internal', 'A fault.')`,
);
await query(
  db,
  `insert into job_runs (job_id, attempt, worker, ended_at, outcome)
   select id, 1, 'worker', completed_at, case when completed_at is null then null else status end
   from jobs where attempt = 1`,
);
await query(db, `update batches set completion_job_id = '${summary}' where status = 'completed'`);

/** For each of the sentences, what breaks it where nothing refuses that. */
const BREAKS: Record<string, string> = {
  'a job has a lease exactly while it runs': `update jobs set lease_token = null`,
  'a job that runs has one open run, its last': `update job_runs set ended_at = now(), outcome = 'failed'
    where ended_at is null`,
  'a job that does not run has no open run': `update jobs
    set status = 'queued', lease_token = null, lease_expires_at = null where status = 'running'`,
  'attempts are counted from 1, and each has its run': `delete from job_runs where outcome = 'failed'`,
  'a job has a time of its end exactly when it has ended': `update jobs set completed_at = now()
    where status = 'queued'`,
  'a completed job is all done, without an error, by its last run': `update jobs set progress = 0.5
    where status = 'completed'`,
  'only the last run of a completed job completes': `update job_runs set outcome = 'completed'
    where outcome = 'failed'`,
  'a failed job says why': `update jobs set error_code = null, error_message = null`,
  'retries and crashes are those of its runs': `update jobs set crash_count = 1`,
  'nothing is retried more often than allowed': `update jobs set retry_count = max_retries + 1`,
  'a third crash is the last': `update jobs set crash_count = 3 where status = 'queued'`,
  'what a job read is gone once it is completed or cancelled': `insert into job_files
    (user_id, job_id, kind, name, media_type, size) select user_id, id, 'input', '', 'text/plain', 1
    from jobs where status = 'completed'`,
  'what is for later is queued, and what is not has come due': `update jobs
    set run_after = now() + interval '1 hour' where status = 'queued'`,
  'no more jobs of a batch run than it has workers': `update jobs set status = 'running', attempt = 1,
    lease_token = gen_random_uuid(), lease_expires_at = now() where status = 'queued'`,
  'a batch has all its jobs': `delete from jobs where status = 'queued'`,
  'a batch that has ended has no open jobs': `update jobs set batch_id = '${ended}'
    where status = 'queued'`,
  'a completion job is that of one batch at most': `update batches set completion_job_id = '${summary}'`,
  'an ended batch was summed up': `update batches set completion_job_id = null`,
};

test('what holds of jobs is broken by nothing that is as it should be', async () => {
  expect(await checkJobInvariants(db)).toEqual([]);
});

test('there is something that breaks each sentence', () => {
  expect(Object.keys(BREAKS).toSorted()).toEqual(JOB_INVARIANTS.toSorted());
});

test.each(Object.entries(BREAKS))('“%s” is found broken', async (sentence, breaks) => {
  const found = await undone(db, async (tx) => {
    for (const table of ['jobs', 'job_runs', 'job_files', 'batches']) {
      await query(tx, `alter table ${table} disable trigger user`);
    }
    for (const check of ['jobs_lease_whole', 'jobs_completed_at_whole']) {
      await query(tx, `alter table jobs drop constraint ${check}`);
    }
    await query(tx, breaks);
    return checkJobInvariants(tx);
  });
  expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${sentence}: [1-9]`)));
});

test('two runs of a job at once are refused by the database', async () => {
  const second = query(
    db,
    `insert into job_runs (job_id, attempt, worker) select job_id, 2, 'other' from job_runs
     where ended_at is null`,
  );
  await expect(second).rejects.toMatchObject({ cause: { code: '23505' } });
});
