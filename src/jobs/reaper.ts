import type { Log } from './log.ts';
import { createOutage } from './outage.ts';

type Reaper = {
  /** @returns how many there were */
  reclaim(): Promise<number>;
  /** Called when there were some. */
  found(): void;
  log: Log;
};

/**
 * Takes jobs from processes that are gone.
 *
 * @param everyMs about
 */
export function startReaper({ reclaim, found, log }: Reaper, everyMs: number) {
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
    timer = setTimeout(run, everyMs * (0.5 + Math.random())).unref();
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
