import type { Database } from '../db/client.ts';
import type { JobEndingsRepository } from '../repositories/job-endings.ts';
import type { ClaimedJob } from '../repositories/job-queue.ts';
import type { JobRunsRepository } from '../repositories/job-runs.ts';
import { completeTogether } from './complete-together.ts';
import type { JobHandler } from './handler.ts';
import type { HeldJob, HeldJobs } from './held-jobs.ts';
import { WorkerStopped } from './job-error.ts';
import type { Log } from './log.ts';
import { atMost, untilIgnored } from './patience.ts';
import { type Endings, runJob } from './run-job.ts';
import { untilStored } from './until-stored.ts';

/** What a handler that does not heed its signal has left until its slot is another's. */
const IGNORED_MS = 10_000;

/** Ends that wait to be written while others begin: a crash would have these jobs done once more. */
const MOST_UNWRITTEN = 20;

/** How long handing jobs back may take, and then how long their handlers have to leave. */
const HAND_BACK_MS = 2_500;
const LEAVE_MS = 500;

type Dependencies = {
  db: Database;
  repositories: { jobEndings: JobEndingsRepository; jobRuns: JobRunsRepository };
  log: Log;
};

type Attempt = { held: HeldJob; ended: Promise<void> };

/**
 * The attempts that this process is making.
 *
 * @param mostAtOnce how many handlers run at once
 */
export function createAttempts(
  { db, repositories, log }: Dependencies,
  heldJobs: HeldJobs,
  mostAtOnce: number,
) {
  const { jobEndings, jobRuns } = repositories;
  const complete = completeTogether(jobEndings.complete);
  const attempts = new Set<Attempt>();
  return { begin, allEnded, handBack };

  /**
   * @param claimedAt when the claim was sent, by `performance.now()`
   * @param onDone its handler has ended, or does not heed that it should. The next job may begin while
   *   the end of this one is being written
   * @param onEnd the attempt is over
   */
  function begin(
    handler: JobHandler,
    claimed: ClaimedJob,
    claimedAt: number,
    onDone: () => void,
    onEnd: () => void,
  ): void {
    const { jobId, token } = claimed;
    const held = heldJobs.add({ jobId, token }, claimedAt);
    const { signal } = held.controller;
    const run = runJob({ db, repositories: endings(signal, done), log }, handler, claimed, {
      signal,
      progress(fraction) {
        if (fraction >= 0 && fraction <= 1) held.progress = fraction;
      },
    });
    const over = run
      .catch((err: unknown) => log.error({ err, jobId }, 'the end of a job was not written'))
      .finally(() => heldJobs.remove(held));
    const attempt = { held, ended: untilIgnored(over, signal, IGNORED_MS).then(end) };
    attempts.add(attempt);
    let isDone = false;

    function done(): void {
      if (!isDone) onDone();
      isDone = true;
    }

    function end(): void {
      attempts.delete(attempt);
      done();
      onEnd();
    }
  }

  /** Ends are written for as long as the lease is good. */
  function endings(signal: AbortSignal, done: () => void): Endings {
    return {
      jobEndings: {
        complete(...all) {
          if (attempts.size < mostAtOnce + MOST_UNWRITTEN) done();
          return untilStored(() => complete(...all), signal);
        },
        fail: (...all) => untilStored(() => jobEndings.fail(...all), signal),
        retry: (...all) => untilStored(() => jobEndings.retry(...all), signal),
        wait: (...all) => untilStored(() => jobEndings.wait(...all), signal),
      },
      jobRuns: { measureWait: (...all) => untilStored(() => jobRuns.measureWait(...all), signal) },
    };
  }

  async function allEnded(): Promise<void> {
    while (attempts.size > 0) await endOf([...attempts]);
  }

  /** Gives back what is still being done, so that others do it at once; that is no failure of it. */
  async function handBack(): Promise<void> {
    const left = [...attempts];
    for (const { held } of left) held.controller.abort(new WorkerStopped());
    const limit = AbortSignal.timeout(HAND_BACK_MS);
    const given = left.map(({ held: { lease } }) =>
      untilStored(() => jobEndings.release(lease), limit).catch((err: unknown) =>
        log.error({ err, jobId: lease.jobId }, 'a job was not handed back; its lease runs out'),
      ),
    );
    await atMost(Promise.all(given), HAND_BACK_MS);
    // In a process that goes on, others begin meanwhile.
    await atMost(endOf(left), LEAVE_MS);
  }

  function endOf(left: readonly Attempt[]): Promise<unknown> {
    return Promise.all(left.map(({ ended }) => ended));
  }
}
