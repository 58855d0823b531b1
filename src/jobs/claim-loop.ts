import { randomUUID } from 'node:crypto';
import { raceAbort } from '../providers/time-limits.ts';
import { type ClaimedJob, type JobQueueRepository, WOKEN } from '../repositories/job-queue.ts';
import type { Log } from './log.ts';
import { createOutage } from './outage.ts';
import type { Slots } from './slots.ts';
import { createWake } from './wake.ts';

type Parts = {
  jobQueue: Pick<JobQueueRepository, 'claim' | 'wakeDue'>;
  slots: Slots;
  log: Log;
  /** Takes a slot at once, and gives it back some time. @param claimedAt by `performance.now()` */
  begin(job: ClaimedJob, claimedAt: number): void;
};

type ClaimOptions = { worker: string; pollMs: number; leaseMs: number };

/** A claim that has no answer by then never has one: its connection was lost. */
const ANSWER_MS = 20_000;

/**
 * Takes as many jobs as there is room for, whenever somebody rings, and every `pollMs`. A database that
 * does not answer is asked again.
 */
export function startClaimLoop(
  { jobQueue, slots, log, begin }: Parts,
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
  }

  /** @returns how many ms to wait before the next look */
  async function claim(): Promise<number> {
    const { limit, room } = slots.free();
    // Whoever gives a slot back rings.
    if (limit === 0) return pollMs;
    await wakeDue();
    const claimedAt = performance.now();
    const claiming = jobQueue.claim(worker, { limit, room, after, leaseMs });
    const jobs = await raceAbort(claiming, AbortSignal.timeout(ANSWER_MS));
    outage.worked();
    for (const job of jobs) begin(job, claimedAt);
    after = jobs.length < limit ? randomUUID() : lastInTurn(jobs, after);
    return jobs.length > 0 ? 0 : pollMs;
  }

  /** Of what was for later, every `pollMs`; where more has come due than one look wakes, each time. */
  async function wakeDue(): Promise<void> {
    const now = performance.now();
    if (now < wakeAt) return;
    const woken = await raceAbort(jobQueue.wakeDue(), AbortSignal.timeout(ANSWER_MS));
    wakeAt = woken < WOKEN ? now + pollMs : now;
  }
}

/** Users take turns in the order of their ids, those behind `after` first. */
function lastInTurn(jobs: readonly ClaimedJob[], after: string): string {
  const users = jobs.map(({ userId }) => userId).toSorted();
  return users.findLast((userId) => userId <= after) ?? users.at(-1) ?? after;
}
