/*
 * How long this thread computed, which is the same on a busy machine as on an idle one: what others do
 * meanwhile is not counted, nor is waiting.
 */

const used = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/** The milliseconds that `work` computed in this thread, what its promise waited for included. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = used();
  await work();
  return used() - before;
}

/**
 * The most milliseconds that were computed between two turns of the event loop while `work` was under
 * way: so long everybody else had to wait.
 */
export async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = used();
  const look = () => {
    const now = used();
    longest = Math.max(longest, now - before);
    before = now;
    turn = setImmediate(look);
  };
  let turn = setImmediate(look);
  try {
    await work();
  } finally {
    clearImmediate(turn);
  }
  return Math.max(longest, used() - before);
}

/** The least of three figures: now and then a collection of garbage is part of one. */
export async function least(measure: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let run = 0; run < 3; run += 1) figures.push(await measure());
  return Math.min(...figures);
}
