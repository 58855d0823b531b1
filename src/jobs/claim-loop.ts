import { randomUUID } from 'node:crypto';
import type { ClaimRequest } from '../repositories/job-claims.ts';
import { type ClaimedJob, type JobQueueRepository, WOKEN } from '../repositories/job-queue.ts';
import type { Log } from './log.ts';
import { createOutage } from './outage.ts';
import type { Slots } from './slots.ts';
import type { Strays } from './strays.ts';
import { createWake } from './wake.ts';

type Parts = {
  jobQueue: Pick<JobQueueRepository, 'claim' | 'wakeDue'>;
  slots: Slots;
  strays: Strays;
  log: Log;
  /** Takes a slot at once, and gives it back some time. @param claimedAt by `performance.now()` */
  begin(job: ClaimedJob, claimedAt: number): void;
};

type ClaimOptions = { worker: string; pollMs: number; leaseMs: number };

/**
 * Takes as many jobs as there is room for, whenever somebody rings, and every `pollMs`. A database that
 * does not answer is asked again.
 */
export function startClaimLoop(
  { jobQueue, slots, strays, log, begin }: Parts,
  { worker, pollMs, leaseMs }: ClaimOptions,
) {
  const wake = createWake();
  const outage = createOutage(log, 'looking for jobs');
  let stopping = false;
  // Where each process begins with another user, they do not all ask for the same jobs.
  let after = randomUUID() as string;
  let wakeAt = 0;
  const ended = loop();

  return {
    ring: wake.ring,
    /** Takes no more. @returns once nothing is being taken */
    stop(): Promise<void> {
      stopping = true;
      wake.ring();
      return ended;
    },
  };

  async function loop(): Promise<void> {
    while (!stopping) {
      const pause = await claim().catch((error: unknown) => Math.max(pollMs, outage.failed(error)));
      if (!stopping) await wake.sleep(pause);
    }
    await strays.handBack().catch(outage.failed);
  }

  /** @returns how many ms to wait before the next look */
  async function claim(): Promise<number> {
    // While nothing is being claimed: what was just taken is not yet known to be ours.
    await strays.handBack();
    const { limit, room } = slots.free();
    // Whoever gives a slot back rings.
    if (limit === 0) return pollMs;
    await wakeDue();
    const claimedAt = performance.now();
    const jobs = await take({ limit, room, after, leaseMs });
    outage.worked();
    if (stopping) strays.suspect();
    else for (const job of jobs) begin(job, claimedAt);
    after = jobs.length < limit ? randomUUID() : lastInTurn(jobs, after);
    return jobs.length > 0 ? 0 : pollMs;
  }

  /** Of what was for later, every `pollMs`; where more has come due than one look wakes, each time. */
  async function wakeDue(): Promise<void> {
    const now = performance.now();
    if (now < wakeAt) return;
    const woken = await jobQueue.wakeDue();
    wakeAt = woken < WOKEN ? now + pollMs : now;
  }

  /** The database may have answered, though nobody heard it. */
  async function take(request: ClaimRequest): Promise<ClaimedJob[]> {
    try {
      return await jobQueue.claim(worker, request);
    } catch (error) {
      strays.suspect();
      throw error;
    }
  }
}

/** Users take turns in the order of their ids, those behind `after` first. */
function lastInTurn(jobs: readonly ClaimedJob[], after: string): string {
  const users = jobs.map(({ userId }) => userId).toSorted();
  return users.findLast((userId) => userId <= after) ?? users.at(-1) ?? after;
}
