import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '../db/client.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { ClaimedJob } from '../repositories/job-queue.ts';
import type { WorkerOptions } from '../settings/jobs.ts';
import { createAttempts } from './attempts.ts';
import { startBatchWatch } from './batch-watch.ts';
import type { Bell } from './bell.ts';
import { startClaimLoop } from './claim-loop.ts';
import { completeBatches } from './complete-batches.ts';
import type { JobHandlers } from './handlers.ts';
import { createHeldJobs } from './held-jobs.ts';
import type { Log } from './log.ts';
import { atMost } from './patience.ts';
import { startReaper } from './reaper.ts';
import { createSlots } from './slots.ts';
import { createStrays } from './strays.ts';

/** What jobs have left when the process is told to end. All of it must be over within 30 s. */
const GRACE_MS = 25_000;

/** Between two looks for jobs of processes that are gone. */
const REAP_MS = 5_000;

type WorkersDependencies = {
  db: Database;
  connection: { kind: 'postgres' | 'embedded' };
  repositories: Repositories;
  jobHandlers: JobHandlers;
  workersBell: Bell;
  log: Log;
};

/** Jobs being done by this process. */
export type Workers = {
  /**
   * Takes no more jobs. Those that are being done have 25 s to end; what is left is handed back, and
   * uses up no attempt.
   *
   * @param err what nobody caught, if that is why. Any of the jobs may have caused it, and one that does
   *   so each time must come to an end: nothing is handed back, and their leases run out.
   */
  stop(err?: Error): Promise<void>;
  /** Gives back what is being done, to be begun anew: a query of it may be answered late. */
  handBack(): Promise<void>;
};

/** Begins to do the jobs of everybody that there are handlers for. */
export async function startWorkers(
  dependencies: WorkersDependencies,
  options: WorkerOptions,
): Promise<Workers> {
  const { db, connection, repositories, jobHandlers, workersBell, log } = dependencies;
  const { slots: most, concurrency, pollMs, leaseMs, graceMs = GRACE_MS } = options;
  if (most === 0) return { stop: async () => {}, handBack: async () => {} };
  // Nobody else has the embedded database open: what is running there is of a process that is gone.
  const alone = connection.kind === 'embedded';
  if (alone) await repositories.jobTakeovers.reclaimExpired(true);

  const worker = workerName();
  const slots = createSlots(most, jobHandlers, concurrency);
  const strays = createStrays(() => {
    const held = heldJobs.list().map(({ lease }) => lease);
    return repositories.jobTakeovers.releaseStrays(worker, held);
  });
  const heldJobs = createHeldJobs(
    { repositories, onGivenUp: strays.suspect, log },
    leaseMs,
    !alone,
  );
  const attempts = createAttempts({ db, repositories, log }, heldJobs, most);
  const claims = startClaimLoop(
    { jobQueue: repositories.jobQueue, slots, strays, log, begin },
    { worker, pollMs, leaseMs },
  );
  const reaper = startReaper(
    { reclaim: alone ? reclaimOwn : reclaim, found: claims.ring, log },
    Math.min(REAP_MS, leaseMs),
  );
  const batchWatch = startBatchWatch(() => completeBatches(dependencies), log);
  const stopListening = workersBell.listen(() => {
    claims.ring();
    batchWatch.ring();
    heldJobs.check();
  });
  log.info({ slots: most, types: [...jobHandlers.keys()] }, 'working on jobs');

  return {
    async stop(err) {
      stopListening();
      const idle = Promise.all([claims.stop(), reaper.stop(), batchWatch.stop()]).then(
        attempts.allEnded,
      );
      await atMost(idle, graceMs);
      if (!err) await attempts.handBack();
      heldJobs.stop();
    },
    handBack: attempts.handBack,
  };

  function begin(claimed: ClaimedJob, claimedAt: number): void {
    const { type, batchId } = claimed;
    const handler = [...jobHandlers.values()].find((candidate) => candidate.type === type);
    if (!handler) throw new Error(`a job of type ${type} was taken, which nobody can do here`);
    slots.take(type);
    const done = () => {
      slots.give(type);
      claims.ring();
    };
    attempts.begin(handler, claimed, claimedAt, done, () => {
      if (batchId !== null) batchWatch.ring();
    });
  }

  /**
   * What is ours to hand back is no crash: that comes first. Whether there is any is known only once the
   * database answers, which it may have been asked to a while ago.
   */
  async function reclaim(): Promise<number> {
    const { jobTakeovers } = repositories;
    if (!(await jobTakeovers.hasExpired()) || strays.isSuspected()) return 0;
    return jobTakeovers.reclaimExpired();
  }

  /** One connection: a long transaction keeps beats waiting. They are made up for before anything else. */
  function reclaimOwn(): Promise<number> {
    return db.transaction(async (tx) => {
      const { jobQueue, jobTakeovers } = createRepositories(tx);
      const beats = heldJobs.list().map(({ lease, progress }) => ({ ...lease, progress }));
      await jobQueue.beat(beats, leaseMs);
      return jobTakeovers.reclaimExpired();
    });
  }
}

/** Whose attempt it was, for whoever reads a job's runs. */
function workerName(): string {
  return `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
}
