import type { Repositories } from './repositories/index.ts';

const INTERVAL_MS = 10 * 60_000;

/** No answer takes this long, so that one still being written belonged to a process that is gone. */
const STALE_ANSWER_MS = 10 * 60_000;

type Log = { error(details: { err: unknown }, message: string): void };

/** Clears away, at the start and every ten minutes, what has run out and what a crash left behind. */
export function startHousekeeping(repositories: Repositories, log: Log) {
  const { sessions, idempotencyKeys, messages, vocabulary } = repositories;
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
      await vocabulary.sweepStale();
    } catch (err) {
      log.error({ err }, 'housekeeping failed; it is tried again in ten minutes');
    }
  }
}
