import { AppError } from '../errors.ts';

/** A signal that is aborted with AppError `source_timeout` after `timeoutMs`, or by the caller's. */
export function timeLimited(timeoutMs: number, callers?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      new AppError('source_timeout', `The source took longer than ${timeoutMs / 1_000} s.`),
    );
  }, timeoutMs);
  // What is awaited keeps the process running; the clock alone must not.
  timer.unref();
  return callers ? AbortSignal.any([controller.signal, callers]) : controller.signal;
}

/** The result, or the signal's reason if that comes first. What was begun goes on unheard. */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Also where the signal was aborted before, what fails unheard must not end the process.
  work.catch(() => {});
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
