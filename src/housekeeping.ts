import { closeAllAbandoned } from './chat/live/close-abandoned.ts';
import type { Database } from './db/client.ts';
import type { MediaStorage } from './media/storage.ts';
import { sweepMedia } from './media/sweep-media.ts';
import type { Repositories } from './repositories/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const INTERVAL_MS = 10 * 60_000;

/** Whoever waits for the end of what a process that is gone has left waits this long. */
const LEFT_INTERVAL_MS = 5_000;

type Dependencies = {
  db: Database;
  repositories: Repositories;
  media: MediaStorage;
  config: {
    SEARCH_HISTORY_DAYS: number;
    JOB_KEEP_COMPLETED_HOURS: number;
    JOB_KEEP_FAILED_HOURS: number;
  };
};
type Log = { error(details: { err: unknown }, message: string): void };

/**
 * Clears away what has run out, at the start and every ten minutes, and ends what processes left
 * behind that are gone, every five seconds.
 */
export function startHousekeeping(dependencies: Dependencies, log: Log) {
  const {
    accounts,
    sessions,
    idempotencyKeys,
    mediaFiles,
    messageEvents,
    searchHistory,
    vocabulary,
    jobRetention,
  } = dependencies.repositories;
  const { config } = dependencies;
  const searchesKeptMs = config.SEARCH_HISTORY_DAYS * DAY_MS;
  const jobsKept = {
    completedMs: config.JOB_KEEP_COMPLETED_HOURS * HOUR_MS,
    failedMs: config.JOB_KEEP_FAILED_HOURS * HOUR_MS,
  };
  const rounds = [
    repeat(INTERVAL_MS, [
      () => sessions.deleteExpired(),
      () => idempotencyKeys.deleteExpired(),
      () => messageEvents.deleteExpired(),
      () => searchHistory.deleteOlder(new Date(Date.now() - searchesKeptMs)),
      () => vocabulary.sweepStale(),
      () => accounts.reopenDeletions(),
      () => jobRetention.deleteOld(jobsKept),
      () => sweepMedia(dependencies.media, mediaFiles),
    ]),
    repeat(LEFT_INTERVAL_MS, [() => closeAllAbandoned(dependencies)]),
  ];

  return {
    /** Ends it, and waits for what is under way. */
    async stop(): Promise<void> {
      await Promise.all(rounds.map((stop) => stop()));
    },
  };

  /** @param steps one after the other, each whether or not those before it failed */
  function repeat(intervalMs: number, steps: (() => Promise<unknown>)[]): () => Promise<void> {
    let running: Promise<void> | undefined;
    // While one round takes longer than that, there is no other.
    const round = () => {
      running ??= attempt().finally(() => {
        running = undefined;
      });
    };
    round();
    const timer = setInterval(round, intervalMs);
    // It must not be what keeps a process alive.
    timer.unref();
    return async () => {
      clearInterval(timer);
      await running;
    };

    async function attempt(): Promise<void> {
      for (const step of steps) {
        await step().catch((err) => log.error({ err }, 'housekeeping failed; it is tried again'));
      }
    }
  }
}
