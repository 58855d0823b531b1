import { AppError } from '../errors.ts';
import type { App } from './types.ts';

/** How long a body may take to arrive, but for recordings, in ms. */
const LIMIT_MS = 60_000;

/**
 * Ends requests whose body comes too slowly. The server itself knows one limit for all of them, and
 * that has to leave room for a recording.
 */
export function registerSlowBodies(app: App): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (raw.complete || routeOptions.config.slowBody) return;
    const timer = setTimeout(() => {
      raw.destroy(new AppError('request_timeout', 'The body took too long to arrive.'));
    }, LIMIT_MS);
    timer.unref();
    raw.once('close', () => clearTimeout(timer));
    raw.once('end', () => clearTimeout(timer));
  });
}
