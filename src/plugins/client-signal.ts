import type { FastifyReply } from 'fastify';
import { AppError } from '../errors.ts';

/**
 * A signal for work that is only done for this caller: aborted when the connection closes before
 * the answer is sent. `request.signal` watches the request, which closes once its body is read.
 */
export function clientSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    if (raw.writableFinished) return;
    controller.abort(new AppError('unavailable', 'The caller has left.'));
  };
  if (raw.closed) onClose();
  else raw.once('close', onClose);
  return controller.signal;
}
