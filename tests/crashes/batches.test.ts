import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBell } from '../../src/jobs/bell.ts';
import { presentBatch } from '../../src/jobs/present-batches.ts';
import { startBatch } from '../../src/jobs/start-batch.ts';
import { onPostgres, query } from '../helpers/database.ts';
import { openWorkshop } from '../helpers/worker-processes.ts';

const ITEMS = 10_000;
const PROCESSES = 3;
const KILLS = 5;

/** A worker that has started takes about half of it. */
const MOST_BYTES = 512 * 1_048_576;

// Its processes end with this file.
const { db, repositories, user, start, holds } = await openWorkshop();

describe.skipIf(!onPostgres)('a batch of 10,000', { timeout: 360_000 }, () => {
  test('adds up at every moment while its workers are killed, and is summed up once', async () => {
    const dependencies = { db, repositories, workersBell: createBell() };
    const settings = { WORKERS: '20', JOB_POLL_MS: '20' };
    const items = new Array(ITEMS).fill({});
    const { id } = await startBatch(
      dependencies,
      user.id,
      {
        ...{ name: 'Nothing to embed', type: 'embed', items, workerCount: 50 },
      },
      null,
    );
    const work = () => start(settings, 'tests/helpers/batch-worker.ts');
    let workers: ChildProcess[] = [];

    let kills = 0;
    let samples = 0;
    let processed = 0;
    for (;;) {
      const batch = await sample();
      if (batch.endTime !== null) break;
      workers = workers.filter(({ exitCode, signalCode }) => exitCode === null && !signalCode);
      while (workers.length < PROCESSES) workers.push(work());
      // The work is cut into as many pieces as there are kills, and one more.
      if (batch.processed >= ((kills + 1) * ITEMS) / (KILLS + 1) && kills < KILLS) {
        kills += 1;
        await kill(workers.shift());
      }
      await setTimeout(100);
    }

    expect(kills).toBe(KILLS);
    expect(samples).toBeGreaterThan(KILLS);
    const { counts, completionJobId, status } = await sample();
    // Whatever was under three processes that were killed is left alone. Nothing else failed.
    const otherFailures = `select distinct error_code from jobs
      where status = 'failed' and error_code <> 'quarantined'`;
    expect(await query(db, otherFailures)).toEqual([]);
    expect(counts.completed + counts.failed).toBe(ITEMS);
    expect(status).toBe('completed');
    const summaries = () =>
      query<object>(
        db,
        `select j.id, j.status, count(*) filter (where r.outcome = 'completed')::integer as times
         from jobs j join job_runs r on r.job_id = j.id where type = 'complete-batch' group by j.id`,
      );
    await expect
      .poll(summaries, { timeout: 60_000 })
      .toEqual([{ id: completionJobId, status: 'completed', times: 1 }]);
    const summary = await repositories.jobs.getById(user.id, completionJobId ?? '');
    expect(summary?.result).toMatchObject({ status, counts });
    await holds();

    /** What its owner sees, which is never less than before. */
    async function sample() {
      const row = await repositories.batches.getById(user.id, id);
      if (!row) throw new Error('the batch is gone');
      const batch = await presentBatch(repositories, user.id, row);
      expect(Object.values(batch.counts).reduce((sum, count) => sum + count)).toBe(ITEMS);
      expect(batch.counts.running).toBeLessThanOrEqual(50);
      expect(batch.processed).toBeGreaterThanOrEqual(processed);
      processed = batch.processed;
      samples += 1;
      if (samples % 20 === 0) {
        await holds();
        for (const { pid } of workers) expect(await residentBytes(pid)).toBeLessThan(MOST_BYTES);
      }
      return batch;
    }
  });
});

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** 0 where the kernel does not say. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1_024;
}
