import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientSignal } from './client-signal.ts';
import { watchPermission } from './watch-permission.ts';

/**
 * A signal for work that takes long: aborted when the caller leaves, or may no longer do this, such
 * as after its key was revoked.
 */
export function callerSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const shutOut = new AbortController();
  const unwatch = watchPermission(request, shutOut);
  reply.raw.once('close', unwatch);
  if (reply.raw.closed) unwatch();
  return AbortSignal.any([clientSignal(reply), shutOut.signal]);
}
