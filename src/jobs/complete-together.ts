import { setImmediate } from 'node:timers/promises';
import { isUnavailable } from '../db/errors.ts';
import type { JobCompletion, JobEndingsRepository } from '../repositories/job-endings.ts';

type Complete = JobEndingsRepository['complete'];

/** In one statement. */
const MOST_AT_ONCE = 100;

/**
 * Completes jobs that end in the same moment, or while others are being completed, in one statement
 * ("group commit"). What cannot be stored fails alone.
 */
export function completeTogether(complete: Complete): Complete {
  type Waiting = PromiseWithResolvers<string[]> & { completions: readonly JobCompletion[] };
  let waiting: Waiting[] = [];
  let writing = false;
  return (completions) => {
    const mine: Waiting = { completions, ...Promise.withResolvers<string[]>() };
    waiting.push(mine);
    if (!writing) void writeAll();
    return mine.promise;
  };

  async function writeAll(): Promise<void> {
    writing = true;
    await setImmediate();
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      await write(group);
    }
    writing = false;
  }

  async function write(group: readonly Waiting[]): Promise<void> {
    try {
      const accepted = await complete(group.flatMap(({ completions }) => completions));
      for (const { resolve } of group) resolve(accepted);
    } catch (error) {
      if (group.length === 1 || isUnavailable(error)) for (const { reject } of group) reject(error);
      else for (const each of group) await write([each]);
    }
  }
}
