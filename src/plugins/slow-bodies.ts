import { AppError } from '../errors.ts';
import type { App } from './types.ts';

/**
 * Ends requests whose body comes too slowly. The server itself knows one limit for all of them, and
 * that has to leave room for a recording.
 *
 * @param limitMs for all but recordings
 */
export function registerSlowBodies(app: App, limitMs = 60_000): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (raw.complete || routeOptions.config.slowBody) return;
    const timer = setTimeout(() => {
      raw.destroy(new AppError('request_timeout', 'The body took too long to arrive.'));
    }, limitMs);
    timer.unref();
    raw.once('close', () => clearTimeout(timer));
    raw.once('end', () => clearTimeout(timer));
  });
}
