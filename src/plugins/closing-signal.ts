import { AppError } from '../errors.ts';
import type { App } from './types.ts';

/** What work under way has of the 30 s within which the process ends. */
const GRACE_MS = 20_000;

/** A signal for work that may take longer than a server that closes can wait: aborted after a grace. */
export function closingSignal(app: App, graceMs: number = GRACE_MS): AbortSignal {
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    const close = () => closing.abort(new AppError('unavailable', 'The server is closing.'));
    setTimeout(close, graceMs).unref();
  });
  return closing.signal;
}
