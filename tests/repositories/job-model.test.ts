import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobStatus } from '../../src/db/schema/index.ts';
import type { AppError } from '../../src/errors.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { ClaimedJob } from '../../src/repositories/job-queue.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { checkJobInvariants } from '../helpers/job-invariants.ts';
import { FIRST_USER } from '../helpers/jobs.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { batches, jobs, jobQueue, jobEndings, jobTakeovers } = repositories;
const user = await createUser(repositories);

type Modelled = {
  status: JobStatus;
  priority: number;
  later: boolean;
  batchId: string | null;
  attempt: number;
  crashes: number;
};
type Model = { jobs: Map<string, Modelled>; leases: ClaimedJob[] };
type Step = (model: Model, id: string, lease: ClaimedJob | undefined) => Promise<void>;

const problem = { code: 'broken', message: 'It broke.', permanent: true };
const request = { limit: 1, room: { embed: 1 }, after: FIRST_USER, leaseMs: 60_000 };
const WORKERS = 1;

/** What is next, asked of all rows, one after the other. */
const next = () =>
  query<{ id: string }>(
    db,
    `select id from jobs as j where status = 'queued' and run_after <= now() and (batch_id is null or
       ${WORKERS} > (select count(*) from jobs where batch_id = j.batch_id and status = 'running'))
     order by priority desc, run_after, position limit 1`,
  );

/** Ends an attempt; what is accepted of it is what the model says is still held. */
const ending =
  (end: (lease: ClaimedJob) => Promise<boolean>, change: (job: Modelled) => void): Step =>
  async (model, _id, lease) => {
    if (!lease) return;
    const job = modelled(model, lease.jobId);
    const isHeld = job.status === 'running' && job.attempt === lease.attempt;
    expect(await end(lease)).toBe(isHeld);
    if (isHeld) change(job);
  };

/** A command of the owner's, which is refused outside of these states. */
const command =
  (name: 'cancel' | 'pause' | 'resume' | 'reopen', from: JobStatus[], to: JobStatus): Step =>
  async (model, id) => {
    const job = modelled(model, id);
    const told = await jobs[name](user.id, id).catch((err: AppError) => err.code);
    if (!from.includes(job.status)) expect(told).toBe('job_state');
    else {
      expect(told).toMatchObject({ id, status: to, leaseToken: null });
      job.status = to;
      if (name === 'reopen') Object.assign(job, { later: false, crashes: 0 });
    }
  };

const STEPS: Record<string, Step> = {
  claim: async (model) => {
    const all = [...model.jobs.values()];
    const running = (batchId: string | null) =>
      all.filter((job) => job.status === 'running' && job.batchId === batchId).length;
    const due = all.filter(
      ({ status, later, batchId }) =>
        status === 'queued' && !later && (batchId === null || running(batchId) < WORKERS),
    );
    const expected = await next();
    const [claimed] = await jobQueue.claim('worker', request);
    expect(claimed?.jobId).toBe(expected[0]?.id);
    if (!claimed) return expect(due).toEqual([]);
    const job = modelled(model, claimed.jobId);
    expect(due).toContain(job);
    expect(job.priority).toBe(Math.max(...due.map(({ priority }) => priority)));
    job.status = 'running';
    job.attempt += 1;
    expect(claimed.attempt).toBe(job.attempt);
    model.leases.push(claimed);
  },
  beat: async (model, _id, lease) => {
    if (!lease) return;
    const { status, attempt } = modelled(model, lease.jobId);
    const isHeld = status === 'running' && attempt === lease.attempt;
    expect(await jobQueue.beat([{ ...lease, progress: 0.5 }], 60_000)).toEqual(
      isHeld ? [lease.jobId] : [],
    );
    expect(await jobQueue.hold(lease)).toBe(isHeld);
  },
  complete: ending(
    async (lease) => {
      const completion = { ...lease, result: { done: 1 }, createdFiles: [], transcriptId: null };
      return (await jobEndings.complete([completion])).length > 0;
    },
    (job) => {
      job.status = 'completed';
    },
  ),
  fail: ending(
    (lease) => jobEndings.fail(lease, problem),
    (job) => {
      job.status = 'failed';
    },
  ),
  retry: ending(
    async (lease) => {
      const job = await jobs.getById(user.id, lease.jobId);
      // As `runJob` has it.
      if (job && job.retryCount >= job.maxRetries) return jobEndings.release(lease);
      return jobEndings.retry(lease, { ...problem, permanent: false }, 0);
    },
    (job) => {
      job.status = 'queued';
    },
  ),
  wait: ending(
    (lease) => jobEndings.wait(lease, { ...problem, permanent: false }, 0),
    (job) => {
      job.status = 'queued';
    },
  ),
  release: ending(
    (lease) => jobEndings.release(lease),
    (job) => {
      job.status = 'queued';
    },
  ),
  postpone: async (model, id) => {
    // Of one that runs, the next attempt has a moment of its own.
    await query(
      db,
      `update jobs set run_after = now() + interval '1 hour'
       where id = '${id}' and status = 'queued'`,
    );
    const job = modelled(model, id);
    if (job.status === 'queued') job.later = true;
  },
  comeDue: async (model, id) => {
    // Time goes by without a trigger.
    await db.transaction(async (tx) => {
      await query(tx, 'alter table jobs disable trigger user');
      await query(tx, `update jobs set run_after = now() where id = '${id}' and later`);
      await query(tx, 'alter table jobs enable trigger user');
    });
    const job = modelled(model, id);
    const wakes = job.status === 'queued' && job.later;
    expect(await jobQueue.wakeDue()).toBe(wakes ? 1 : 0);
    if (wakes) job.later = false;
  },
  cancel: command('cancel', ['queued', 'running', 'paused'], 'cancelled'),
  pause: command('pause', ['queued', 'running'], 'paused'),
  resume: command('resume', ['paused'], 'queued'),
  reopen: command('reopen', ['failed'], 'queued'),
  crash: async (model, id) => {
    await query(
      db,
      `update jobs set lease_expires_at = now() - interval '1 second'
       where id = '${id}' and status = 'running'`,
    );
    const job = modelled(model, id);
    const crashed = job.status === 'running';
    expect(await jobTakeovers.reclaimExpired()).toBe(crashed ? 1 : 0);
    if (!crashed) return;
    job.crashes += 1;
    job.status = job.crashes < 3 ? 'queued' : 'failed';
  },
};

function modelled(model: Model, id: string): Modelled {
  const job = model.jobs.get(id);
  if (!job) throw new Error('no such job in the model');
  return job;
}

const step = fc.record({
  name: fc.oneof(
    { weight: 3, arbitrary: fc.constant('claim') },
    { weight: 5, arbitrary: fc.constantFrom(...Object.keys(STEPS)) },
  ),
  job: fc.nat(99),
  lease: fc.nat(99),
});

test('whatever is done in which order: jobs stay whole, and none is lost', {
  timeout: 120_000,
}, async () => {
  const made = fc.record({
    priority: fc.constantFrom(-1, 0, 0, 5),
    batch: fc.constantFrom(null, null, 0, 0, 1, 2),
  });
  const all = fc.array(made, { minLength: 1, maxLength: 6 });
  const steps = fc.array(step, { minLength: 10, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(all, steps, async (given, taken) => {
      await query(db, 'delete from jobs');
      await query(db, 'delete from batches');
      const model: Model = { jobs: new Map(), leases: [] };
      const batchIds = new Map<number | null, string>();
      for (const { batch } of given) {
        if (batch === null || batchIds.has(batch)) continue;
        const totalFiles = given.filter((other) => other.batch === batch).length;
        batchIds.set(batch, await createBatch(totalFiles));
      }
      for (const { priority, batch } of given) {
        const batchId = batchIds.get(batch) ?? null;
        const { job } = await jobs.create(user.id, { type: 'embed', priority });
        if (batchId)
          await query(db, `update jobs set batch_id = '${batchId}' where id = '${job.id}'`);
        const fresh = { priority, batchId, later: false, attempt: 0, crashes: 0 };
        model.jobs.set(job.id, { ...fresh, status: 'queued' });
      }
      const ids = [...model.jobs.keys()];
      for (const { name, job, lease } of taken) {
        const held = model.leases[lease % Math.max(1, model.leases.length)];
        await STEPS[name]?.(model, ids[job % ids.length] ?? '', held);
        expect(await checkJobInvariants(db), name).toEqual([]);
        expect(await statuses(), name).toEqual(
          new Map([...model.jobs].map(([id, { status, attempt }]) => [id, `${status} ${attempt}`])),
        );
      }
    }),
    { numRuns: 25 },
  );
});

async function createBatch(totalFiles: number): Promise<string> {
  const values = { name: 'Talks', type: 'embed', totalFiles, workerCount: WORKERS };
  return (await batches.create(user.id, values)).batch.id;
}

async function statuses(): Promise<Map<string, string>> {
  const { data } = await jobs.listByUser(user.id, { limit: 100 });
  return new Map(data.map(({ id, status, attempt }) => [id, `${status} ${attempt}`]));
}

test('what is told of a job that nobody has', async () => {
  for (const name of ['cancel', 'pause', 'resume', 'reopen', 'delete'] as const) {
    expect(await jobs[name](user.id, randomUUID())).toBeUndefined();
  }
});
