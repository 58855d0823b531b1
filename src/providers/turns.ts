import { AppError } from '../errors.ts';
import { raceAbort } from './time-limits.ts';

/** What may wait for its turn; more would only time out later. */
const MOST_WAITING = 100;

const tooManyFetches = () =>
  new AppError('unavailable', 'Too many fetches at once.', { retryAfterSeconds: 10 });

export type Turns = ReturnType<typeof createTurns>;

/**
 * Lets at most `atOnce` works run at a time; the others wait, in their order.
 *
 * @param tooMany the error for one more when a hundred wait
 */
export function createTurns(atOnce: number, tooMany: () => AppError = tooManyFetches) {
  let running = 0;
  const waiting = new Set<() => void>();
  return { inTurn, take };

  /** @throws what `tooMany` makes; the signal's reason once it is aborted */
  async function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const giveBack = await take(signal);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  /**
   * A turn for what is more than one call, such as a stream.
   *
   * @returns gives the turn back; again does nothing
   * @throws as `inTurn`
   */
  async function take(signal: AbortSignal): Promise<() => void> {
    if (running < atOnce) running += 1;
    else await comeUp(signal);
    let isHeld = true;
    return () => {
      if (isHeld) release();
      isHeld = false;
    };
  }

  async function comeUp(signal: AbortSignal): Promise<void> {
    if (waiting.size >= MOST_WAITING) throw tooMany();
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    try {
      await raceAbort(promise, signal);
    } catch (error) {
      // Whoever gives up in the moment of its turn passes it on.
      if (!waiting.delete(resolve)) release();
      throw error;
    }
  }

  /** The turn is handed over without being given back, so that nobody can slip in between. */
  function release(): void {
    const [next] = waiting;
    if (!next) running -= 1;
    else if (waiting.delete(next)) next();
  }
}
