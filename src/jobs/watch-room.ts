import { AppError } from '../errors.ts';

/** Streams at once, of all users and of one; who comes later is asked to come again. */
const MOST_READERS = 10_000;
const MOST_OF_USER = 100;
const COME_AGAIN_SECONDS = 5;

/** How many may watch jobs at once in this process. */
export function createWatchRoom() {
  const readersOf = new Map<string, number>();
  let readers = 0;
  return { check, enter, leave };

  /** @throws AppError `rate_limited` when the user has too many; `unavailable` when there are too many */
  function check(userId: string): void {
    const extra = { retryAfterSeconds: COME_AGAIN_SECONDS };
    if ((readersOf.get(userId) ?? 0) >= MOST_OF_USER) {
      const detail = `${MOST_OF_USER} jobs are being watched already; end a stream first.`;
      throw new AppError('rate_limited', detail, extra);
    }
    if (readers >= MOST_READERS) {
      throw new AppError('unavailable', 'Too many streams are open.', extra);
    }
  }

  /** @throws as `check` */
  function enter(userId: string): void {
    check(userId);
    count(userId, 1);
  }

  function leave(userId: string): void {
    count(userId, -1);
  }

  function count(userId: string, added: 1 | -1): void {
    readers += added;
    const left = (readersOf.get(userId) ?? 0) + added;
    if (left > 0) readersOf.set(userId, left);
    else readersOf.delete(userId);
  }
}
