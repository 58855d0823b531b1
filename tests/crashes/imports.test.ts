import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { toImportJob } from '../../src/jobs/to-import-job.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { onPostgres, query } from '../helpers/database.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

/** 20 on every change, 100 by `npm run test:crash`. */
const KILLS = Number(process.env.KILLS ?? 20);
/** As many wait at every kill, however fast the machine is. */
const WAITING = 12;
const LINES = 150;

const { db, repositories, user, start, ended, count, holds } = await openWorkshop();

/** As long as any other, and with words of its own. */
const textOf = (index: number) =>
  Array.from(
    { length: LINES },
    (_, line) =>
      `Ann: The wheel number ${1_000 + index} stalled in winter, for the ${1_000 + line}th time in all these years.`,
  ).join('\n');

const add = (index: number) =>
  db.transaction((tx) => {
    const inside = createRepositories(tx);
    return enqueue(inside, user.id, toImportJob({ text: textOf(index) }), { type: 'import' });
  });

/** How much there is of each import; all are as long as each other. */
const pieces = () =>
  query(
    db,
    `select j.status, t.segments, t.chunks, t.indexed, t.embedded, t.posted, count(*)::integer
    from jobs as j left join lateral (
      select (select count(*)::integer from segments as s join transcript_revisions as r
          on r.id = s.revision_id where r.transcript_id = j.transcript_id) as segments,
        (select count(*)::integer from chunks where transcript_id = j.transcript_id) as chunks,
        (select chunk_count from corpus_stats where transcript_id = j.transcript_id) as indexed,
        (select count(*)::integer from vector_embeddings as v join chunks as c on c.id = v.chunk_id
          where c.transcript_id = j.transcript_id) as embedded,
        (select sum(1 + coalesce(cardinality(other_entries), 0))::integer from postings as p
          join corpus_stats as s on s.key = p.transcript_key
          where s.transcript_id = j.transcript_id) as posted
    ) as t on true group by 1, 2, 3, 4, 5, 6`,
  );

describe.skipIf(!onPostgres)('processes that are killed while they import', () => {
  test(`lose nothing and double nothing, ${KILLS} times`, {
    timeout: 120_000 + KILLS * 20_000,
  }, async () => {
    const settings = { JOB_LEASE_MS: '3000' };
    const worker = () => start(settings, 'src/worker.ts');
    await add(0);
    const workers = [worker(), worker(), worker()];
    await ended();
    const [undisturbed] = await pieces();
    let imports = 0;
    const refill = async () => {
      const { queued = 0 } = await count();
      for (let missing = WAITING - queued; missing > 0; missing -= 1) {
        imports += 1;
        await add(imports);
      }
    };
    let inTheMiddle = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const killed = workers.shift();
      if (!killed) throw new Error('nobody works');
      await refill();
      const { completed = 0 } = await count();
      // It has begun to work, and is somewhere in it.
      await expect
        .poll(async () => ((await count()).completed ?? 0) - completed, {
          timeout: 60_000,
        })
        .toBeGreaterThan(0);
      await setTimeout(Math.random() * 400);
      const [held] = await query<{ count: number }>(
        db,
        `select count(*)::integer as count from job_runs
        where ended_at is null and worker like '%:${killed.pid}:%'`,
      );
      inTheMiddle += held?.count ?? 0;
      const exit = once(killed, 'exit');
      killed.kill('SIGKILL');
      await exit;
      await holds();
      workers.push(worker());
    }
    // An import that was killed three times waits for somebody to ask for another try.
    for (let open = await ended(180_000); open.failed; open = await ended()) {
      const { data } = await repositories.jobs.listByUser(user.id, {
        limit: 100,
        status: 'failed',
      });
      for (const { id, errorCode } of data) {
        expect(errorCode).toBe('quarantined');
        await repositories.jobs.reopen(user.id, id);
      }
    }
    expect(inTheMiddle).toBeGreaterThan(KILLS / 2);
    expect(await pieces()).toEqual([{ ...(undisturbed as object), count: imports + 1 }]);
    const [sums] = await query(
      db,
      `select count(*)::integer as transcripts, count(distinct content_hash)::integer as contents
      from transcripts as t join transcript_revisions as r on r.transcript_id = t.id`,
    );
    expect(sums).toEqual({ transcripts: imports + 1, contents: imports + 1 });
    await holds();
  });
});
