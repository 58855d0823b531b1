import { describe, expect, test } from 'vitest';
import { onPostgres, query } from '../helpers/database.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

/** 10,000 by `npm run test:crash`. */
const JOBS = Number(process.env.JOBS ?? 10_000);
const BLOCKING = JOBS / 100;
const PROCESSES = 4;

const { db, repositories, user, start, ended, count, holds } = await openWorkshop();

describe.skipIf(!onPostgres)('40 workers with leases that run out', () => {
  test(`do ${JOBS} jobs, and nothing is written by who has lost one`, {
    timeout: 600_000,
  }, async () => {
    const steps = (blocking: boolean) =>
      JSON.stringify({
        steps: [...(blocking ? [{ block: 1_800 }] : []), { effect: 'done' }, { note: 'ended' }],
      });
    await query(
      db,
      `insert into jobs (user_id, type, parameters)
      select '${user.id}', 'embed',
        case when n % ${JOBS / BLOCKING} = 0 then '${steps(true)}'::jsonb else '${steps(false)}' end
      from generate_series(1, ${JOBS}) as n`,
    );
    for (let process = 0; process < PROCESSES; process += 1) {
      start({ WORKERS: '10', DATABASE_POOL_SIZE: '12', JOB_LEASE_MS: '1000' });
    }
    // A job whose process was away three times waits for somebody to ask for another try.
    for (let open = await ended(480_000); open.failed; open = await ended()) {
      const { data } = await repositories.jobs.listByUser(user.id, {
        limit: 100,
        status: 'failed',
      });
      for (const { id, errorCode } of data) {
        expect(errorCode).toBe('quarantined');
        await repositories.jobs.reopen(user.id, id);
      }
    }
    expect(await count()).toEqual({ completed: JOBS });
    const [found] = await query<{ jobs: number; stale: number; late: number; taken: number }>(
      db,
      `select count(distinct job_id)::integer as jobs,
        count(*) filter (where attempt <> current)::integer as stale,
        (select count(*)::integer from notes as n join job_runs as r
          on r.job_id = n.job_id and r.attempt = n.attempt
          where n.name = 'refused' and r.outcome = 'crashed') as late,
        (select count(*)::integer from job_runs where outcome = 'crashed') as taken
      from effects`,
    );
    expect(found).toMatchObject({ jobs: JOBS, stale: 0 });
    // Or else nothing would have been refused.
    expect(found?.late).toBeGreaterThan(0);
    console.log(
      `${JOBS} jobs: ${found?.taken} leases ran out, ${found?.late} late effects were refused, ${found?.stale} accepted`,
    );
    await holds();
  });
});
