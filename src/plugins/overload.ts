import underPressure from '@fastify/under-pressure';
import { AppError } from '../errors.ts';
import type { App } from './types.ts';

/** How long lateness is measured at least before it is judged. */
const SAMPLE_MS = 1_000;

/**
 * Refuses requests while the event loop is late: 503 `unavailable`. Health and metrics are answered
 * all the same.
 *
 * @param maxDelayMs how late it may be on average; 0: requests are never refused
 */
export async function registerOverload(app: App, maxDelayMs: number): Promise<void> {
  // A sample in which nothing could be measured counts as endlessly late. If it is as long as what is
  // allowed, that is no more than the truth.
  const sampleInterval = Math.max(SAMPLE_MS, maxDelayMs);
  let isMeasured = false;
  await app.register(underPressure, {
    maxEventLoopDelay: maxDelayMs,
    sampleInterval,
    pressureHandler: (request) => {
      if (!isMeasured) return;
      // A busy process lives: whoever asks for that must not be told otherwise.
      if (request.routeOptions.config.rateLimit === false) return;
      throw new AppError('unavailable', 'The server is overloaded.');
    },
  });

  // The start itself holds the event loop up, and is no load: the first sample that ends after it
  // began before it, and the second is of requests alone. Timers of one length run in the order in
  // which they were set, so that each of these two comes after a sample, however late both are.
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onListen', async () => {
    timer = setTimeout(() => {
      timer = setTimeout(() => {
        isMeasured = true;
      }, sampleInterval).unref();
    }, sampleInterval).unref();
  });
  app.addHook('onClose', async () => clearTimeout(timer));
}
