import { beforeEach, expect, test } from 'vitest';
import type { User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { jobRetention, jobFiles } = repositories;

const HOUR = 3_600_000;
const retention = { completedMs: 24 * HOUR, failedMs: 168 * HOUR };

let user: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
});

const insertEnded = (status: string, hours: number, count = 1) =>
  query<{ id: string }>(
    db,
    `insert into jobs (user_id, type, status, parameters, completed_at)
     select '${user.id}', 'embed', '${status}', '{"age": "${status} ${hours}"}',
       now() - interval '${hours} hours' from generate_series(1, ${count}) returning id`,
  );
const left = async () => {
  const rows = await query<{ age: string }>(
    db,
    `select coalesce(parameters ->> 'age', type) as age from jobs order by 1`,
  );
  return rows.map(({ age }) => age);
};

async function insertBatch(status: string, hours: number) {
  const [batch] = await query<{ id: string; job: string }>(
    db,
    `with summary as (
       insert into jobs (user_id, type, status, completed_at)
       values ('${user.id}', 'complete-batch', 'completed', now() - interval '300 hours') returning id)
     insert into batches (user_id, name, type, total_files, status, end_time, completion_job_id)
     select '${user.id}', 'Talks', 'embed', 2, '${status}', now() - interval '${hours} hours', id
     from summary returning id`,
  );
  await insertEnded('completed', 300, 2);
  await query(
    db,
    `update jobs set batch_id = '${batch?.id}' where batch_id is null and type = 'embed'
       and parameters ->> 'age' = 'completed 300'`,
  );
}

test('what was completed or cancelled stays a day, what failed a week, what is open for ever', async () => {
  for (const hours of [23, 25, 167, 169]) {
    for (const status of ['completed', 'cancelled', 'failed']) await insertEnded(status, hours);
  }
  await repositories.jobs.create(user.id, { type: 'embed' });
  await query(db, `update jobs set created_at = '2000-01-01'`);
  expect(await jobRetention.deleteOld(retention)).toBe(7);
  expect(await left()).toEqual(
    ['cancelled 23', 'completed 23', 'embed', 'failed 23', 'failed 25', 'failed 167'].toSorted(),
  );
  expect(await jobRetention.deleteOld({ completedMs: 0, failedMs: 0 })).toBe(5);
});

/** Many jobs with runs, one of them with a file of many parts. */
async function insertMany() {
  const [first] = await insertEnded('completed', 30, 1_203);
  await query(
    db,
    `insert into job_runs (job_id, attempt, worker, ended_at, outcome)
     select id, 1, 'worker', now(), 'completed' from jobs`,
  );
  const named = { name: 'talks.zip', mediaType: 'application/zip' };
  const file = await jobFiles.create(user.id, { ...named, jobId: first?.id ?? '', kind: 'output' });
  await query(
    db,
    `insert into job_file_parts (file_id, position, bytes)
     select '${file.id}', n, '\\x00' from generate_series(0, 1200) n`,
  );
}

test('many go in slices, with their runs and their files', async () => {
  await insertMany();
  expect(await jobRetention.deleteOld(retention)).toBe(1_203);
  for (const table of ['jobs', 'job_runs', 'job_files', 'job_file_parts']) {
    expect(await query(db, `select from ${table}`)).toEqual([]);
  }
});

test('a batch of many that its owner deletes goes in slices, too', async () => {
  await insertMany();
  await insertBatch('completed', 1);
  await query(
    db,
    `update jobs set batch_id = (select id from batches),
       parameters = jsonb_build_object('batchId', (select id from batches))`,
  );
  await query(db, `update jobs set batch_id = null where type = 'complete-batch'`);
  const [batch] = await query<{ id: string }>(db, 'select id from batches');
  await query(
    db,
    `create function too_much() returns trigger language plpgsql as $$ begin
       if (select count(*) from gone) > 500 then raise 'too many at once'; end if; return null; end $$`,
  );
  for (const table of ['jobs', 'job_file_parts']) {
    await query(
      db,
      `create trigger too_many after delete on ${table} referencing old table as gone
         for each statement execute function too_much()`,
    );
  }
  expect(await repositories.batches.deleteEnded(user.id, batch?.id ?? '')).toBe(true);
  await query(db, 'drop function too_much cascade');
  for (const table of ['batches', 'jobs', 'job_runs', 'job_files', 'job_file_parts']) {
    expect(await query(db, `select from ${table}`)).toEqual([]);
  }
});

test('a batch goes as one, once all of it is old', async () => {
  await insertBatch('completed', 23);
  expect(await jobRetention.deleteOld(retention)).toBe(0);
  expect(await left()).toEqual(['complete-batch', 'completed 300', 'completed 300']);
  await query(db, `update batches set end_time = now() - interval '25 hours'`);
  await insertBatch('failed', 25);
  expect(await jobRetention.deleteOld(retention)).toBe(3);
  expect(await query(db, 'select status from batches')).toEqual([{ status: 'failed' }]);
  expect(await left()).toEqual(['complete-batch', 'completed 300', 'completed 300']);
  await query(db, `update batches set end_time = now() - interval '169 hours'`);
  expect(await jobRetention.deleteOld(retention)).toBe(3);
  expect(await left()).toEqual([]);
});
