import type { FastifyReply } from 'fastify';
import { AppError } from '../errors.ts';

/**
 * A signal for work that is only done for this caller: aborted when the connection closes before
 * the answer is sent. `request.signal` watches the request, which closes once its body is read.
 */
export function clientSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished)
      controller.abort(new AppError('unavailable', 'The caller has left.'));
  });
  return controller.signal;
}
