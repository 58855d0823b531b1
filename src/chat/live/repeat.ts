/**
 * Work that is done again and again while there is something to do, each time `intervalMs` after the
 * last time has ended.
 *
 * @param work must not throw
 */
export function repeatWhile(
  intervalMs: number,
  isNeeded: () => boolean,
  work: () => Promise<void>,
) {
  let going = false;
  let running: Promise<void> = Promise.resolve();

  return {
    /** Begins, unless it goes on already. */
    start(): void {
      if (!going) wait();
    },
    /** Waits for what is under way. */
    settled: (): Promise<void> => running,
  };

  function wait(): void {
    going = isNeeded();
    // It must not be what keeps a process alive.
    if (going) setTimeout(run, intervalMs).unref();
  }

  function run(): void {
    running = work().then(wait);
  }
}
