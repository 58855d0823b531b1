import type { Repositories } from './repositories/index.ts';

const DAY_MS = 24 * 3_600_000;

const INTERVAL_MS = 10 * 60_000;

/** No answer takes this long, so that one still being written belonged to a process that is gone. */
const STALE_ANSWER_MS = 10 * 60_000;

type Log = { error(details: { err: unknown }, message: string): void };

/** Clears away, at the start and every ten minutes, what has run out and what a crash left behind. */
export function startHousekeeping(
  repositories: Repositories,
  log: Log,
  { searchHistoryDays }: { searchHistoryDays: number },
) {
  const { sessions, idempotencyKeys, messages, searchHistory } = repositories;
  let running = tidy();
  const timer = setInterval(() => {
    running = running.then(tidy);
  }, INTERVAL_MS);
  // It must not be what keeps a process alive.
  timer.unref();

  return {
    /** Ends it, and waits for what is under way. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };

  async function tidy(): Promise<void> {
    try {
      await messages.interruptStale(new Date(Date.now() - STALE_ANSWER_MS));
      await sessions.deleteExpired();
      await idempotencyKeys.deleteExpired();
      await searchHistory.deleteOlder(new Date(Date.now() - searchHistoryDays * DAY_MS));
    } catch (err) {
      log.error({ err }, 'housekeeping failed; it is tried again in ten minutes');
    }
  }
}
