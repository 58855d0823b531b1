import type { Repositories } from '../repositories/index.ts';
import type { JobLease } from '../repositories/job-queue.ts';
import { LeaseLost } from './job-error.ts';
import type { Log } from './log.ts';
import { createOutage } from './outage.ts';

/** A job that this process holds. Times are those of `performance.now()`, which nobody sets back. */
export type HeldJob = {
  readonly lease: JobLease;
  readonly controller: AbortController;
  /** What is done of it, and what the database knows of that. */
  progress: number;
  told: number;
  /** When the last sign of life was sent, and the last one that arrived. */
  askedAt: number;
  beatenAt: number;
};

export type HeldJobs = ReturnType<typeof createHeldJobs>;

/** At most: how long until another process's cancelling is noticed. */
const CHECK_MS = 1_000;

/** At least, however often somebody rings. */
const BETWEEN_MS = 100;

type Question = (jobs: readonly HeldJob[], at: number) => Promise<void>;

type Dependencies = {
  repositories: Pick<Repositories, 'jobQueue' | 'jobLeases'>;
  /** Called when a job was given up because the database did not answer. */
  onGivenUp(): void;
  log: Log;
};

/**
 * Keeps the leases of the jobs that this process works on: a beat for all of them every quarter of a
 * lease, their progress, and every second a look whether they are still ours. A job that is not has its
 * signal aborted; so has one whose last beat is three quarters of a lease ago, before anybody else can
 * take it.
 *
 * @param leaseMs how long a lease is good
 * @param mayExpire whether there is anybody else who could take a job
 */
export function createHeldJobs(
  { repositories: { jobQueue, jobLeases }, onGivenUp, log }: Dependencies,
  leaseMs: number,
  mayExpire: boolean,
) {
  const beatMs = leaseMs / 4;
  const held = new Map<string, HeldJob>();
  const outage = createOutage(log, 'a sign of life of the jobs');
  const asked = new Map<Question, { at: number; open: boolean }>();
  const timer = setInterval(watch, Math.min(CHECK_MS, beatMs));
  // The jobs keep the process alive, not the watch over them.
  timer.unref();
  return { add, remove, check: checkAll, list: () => [...held.values()], stop };

  /** @param claimedAt when the claim was sent */
  function add(lease: JobLease, claimedAt: number): HeldJob {
    // An attempt of our own that was lost, before anybody noticed.
    const older = held.get(lease.jobId);
    if (older) lose(older);
    const controller = new AbortController();
    const times = { askedAt: claimedAt, beatenAt: claimedAt };
    const job = { lease, controller, progress: 0, told: 0, ...times };
    held.set(lease.jobId, job);
    return job;
  }

  function remove(job: HeldJob): void {
    if (held.get(job.lease.jobId) === job) held.delete(job.lease.jobId);
  }

  function lose(job: HeldJob): void {
    remove(job);
    job.controller.abort(new LeaseLost());
  }

  /** A job under which the process itself stood still may do so each time: that is left to be counted. */
  function giveUp(job: HeldJob): void {
    lose(job);
    if (job.askedAt > job.beatenAt) onGivenUp();
  }

  function watch(): void {
    const now = performance.now();
    const tooOld = now - 0.75 * leaseMs;
    for (const job of held.values()) if (mayExpire && job.beatenAt < tooOld) giveUp(job);
    const isDue = ({ beatenAt, progress, told }: HeldJob) =>
      beatenAt <= now - beatMs || progress !== told;
    void ask(beat, [...held.values()].filter(isDue));
    checkAll();
  }

  function checkAll(): void {
    void ask(check, [...held.values()]);
  }

  /** Each question once at a time; one that is not answered does not keep it from being asked for ever. */
  async function ask(question: Question, jobs: readonly HeldJob[]): Promise<void> {
    const at = performance.now();
    const last = asked.get(question);
    const since = at - (last?.at ?? -Infinity);
    if (jobs.length === 0 || since < BETWEEN_MS || (last?.open && since < beatMs)) return;
    const mine = { at, open: true };
    asked.set(question, mine);
    try {
      await question(jobs, at);
      outage.worked();
    } catch (error) {
      outage.failed(error);
    } finally {
      mine.open = false;
    }
  }

  async function beat(jobs: readonly HeldJob[], at: number): Promise<void> {
    for (const job of jobs) job.askedAt = at;
    const said = jobs.map((job) => ({ job, progress: job.progress }));
    const beats = said.map(({ job, progress }) => ({ ...job.lease, progress }));
    const beaten = new Set(await jobQueue.beat(beats, leaseMs));
    const passedOver: HeldJob[] = [];
    for (const { job, progress } of said) {
      if (beaten.has(job.lease.jobId)) {
        job.beatenAt = at;
        job.told = progress;
      } else passedOver.push(job);
    }
    // Gone; or locked, by a transaction that is just about to commit, or whose job ends with it. Nobody
    // takes it then.
    await check(passedOver);
    for (const job of passedOver) job.beatenAt = at;
  }

  async function check(jobs: readonly HeldJob[]): Promise<void> {
    const good = new Set(await jobLeases.listGood(jobs.map(({ lease }) => lease)));
    for (const job of jobs) if (!good.has(job.lease.jobId)) lose(job);
  }

  function stop(): void {
    clearInterval(timer);
  }
}
