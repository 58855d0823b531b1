import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { toImportJob } from '../../src/jobs/to-import-job.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { onPostgres, query } from '../helpers/database.ts';
import { FIRST_USER } from '../helpers/jobs.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

/** Of each status. */
const EACH = 100;

const { db, repositories, user, start, ended, count, holds } = await openWorkshop();

let texts = 0;
const add = () =>
  db.transaction(async (tx) => {
    for (let index = 0; index < EACH; index += 1) {
      texts += 1;
      const accepted = toImportJob({ text: `Ann: The wheel stalled ${texts} times.` });
      await enqueue(createRepositories(tx), user.id, accepted, { type: 'import' });
    }
  });
const claim = async () => {
  const room = { import: EACH };
  const request = { limit: EACH, room, after: FIRST_USER, leaseMs: 2_000 };
  const claimed = await repositories.jobQueue.claim('a process that is gone', request);
  expect(claimed).toHaveLength(EACH);
  return claimed;
};

describe.skipIf(!onPostgres)('a server that starts again', () => {
  test(`has ${EACH} jobs of every status as they were, and goes on`, {
    timeout: 480_000,
  }, async () => {
    const ids = async (status: string) =>
      (
        await query<{ id: string }>(
          db,
          `select id from jobs where status = '${status}' order by id`,
        )
      ).map(({ id }) => id);
    await add();
    const done = (await claim()).map(({ jobId, token }) => ({ jobId, token }));
    const nothing = { result: null, createdFiles: [], transcriptId: null };
    await repositories.jobEndings.complete(done.map((lease) => ({ ...lease, ...nothing })));
    await add();
    for (const { jobId, token } of await claim()) {
      const problem = { code: 'unreadable_transcript', message: 'It is empty.', permanent: true };
      await repositories.jobEndings.fail({ jobId, token }, problem);
    }
    await add();
    for (const id of await ids('queued')) await repositories.jobs.cancel(user.id, id);
    await add();
    for (const id of await ids('queued')) await repositories.jobs.pause(user.id, id);
    await add();
    await claim();
    await add();
    expect(await count()).toEqual({
      ...{
        completed: EACH,
        failed: EACH,
        cancelled: EACH,
        paused: EACH,
        running: EACH,
        queued: EACH,
      },
    });
    // What has ended or is paused is not touched; what was queued or running is done.
    const unmoved = (
      await Promise.all(['completed', 'failed', 'cancelled', 'paused'].map(ids))
    ).flat();
    const listed = unmoved.map((id) => `'${id}'`).join();
    const rowsOf = async (table: string, job: string) =>
      query<{ row: string }>(
        db,
        `select to_jsonb(t)::text as row from ${table} as t where ${job} in (${listed}) order by 1`,
      );
    const left = async () => ({
      jobs: await rowsOf('jobs', 'id'),
      runs: await rowsOf('job_runs', 'job_id'),
      files: await rowsOf('job_files', 'job_id'),
    });
    const before = await left();
    expect(before.jobs).toHaveLength(4 * EACH);
    expect(before.runs).toHaveLength(2 * EACH);
    // Those of what failed or is paused, which may be tried again.
    expect(before.files).toHaveLength(2 * EACH);
    await holds();

    for (const round of ['SIGKILL', 'SIGTERM'] as const) {
      const { completed = 0 } = await count();
      const server = start({ PORT: '0', JOB_LEASE_MS: '3000' }, 'src/server.ts');
      if (round === 'SIGKILL') {
        await expect
          .poll(async () => (await count()).completed, { timeout: 60_000 })
          .toBeGreaterThan(completed);
      } else await ended(300_000);
      const exit = once(server, 'exit');
      server.kill(round);
      await exit;
      await holds();
    }
    expect(await count()).toEqual({
      ...{ completed: 3 * EACH, failed: EACH, cancelled: EACH, paused: EACH },
    });
    expect(await left()).toEqual(before);
    expect(await query(db, 'select count(*)::integer from transcripts')).toEqual([
      { count: 2 * EACH },
    ]);
  });
});
