/**
 * The most CPU time, in ms, that this thread spends between two turns of the event loop while some
 * work is done: as long others wait. Unlike the time on the clock it is the same on a busy machine.
 *
 * @throws what the work throws
 */
export async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = threadMs();
  let next = setImmediate(look);
  try {
    await work();
  } finally {
    clearImmediate(next);
    note();
  }
  return longest;

  function look(): void {
    note();
    next = setImmediate(look);
  }

  function note(): void {
    const now = threadMs();
    longest = Math.max(longest, now - before);
    before = now;
  }
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
