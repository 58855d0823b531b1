import type { Log } from './log.ts';
import { createOutage } from './outage.ts';

const INTERVAL_MS = 5_000;

/**
 * Takes jobs from processes that are gone, every five seconds or so.
 *
 * @param reclaim returns how many there were
 * @param found is told when there were some
 */
export function startReaper(reclaim: () => Promise<number>, found: () => void, log: Log) {
  const outage = createOutage(log, 'taking over jobs');
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  schedule();
  return {
    /** Ends it, and waits for what is under way. */
    async stop(): Promise<void> {
      clearTimeout(timer);
      timer = undefined;
      await round;
    },
  };

  /** Processes that were started together do not look together. */
  function schedule(): void {
    timer = setTimeout(run, INTERVAL_MS * (0.5 + Math.random())).unref();
  }

  function run(): void {
    round = attempt().then(() => {
      if (timer) schedule();
    });
  }

  async function attempt(): Promise<void> {
    try {
      const jobs = await reclaim();
      outage.worked();
      if (jobs === 0) return;
      log.warn({ jobs }, 'took over jobs of processes that are gone');
      found();
    } catch (error) {
      outage.failed(error);
    }
  }
}
