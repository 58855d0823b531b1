import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { clientSignal } from './client-signal.ts';

/** Whoever was shut out is answered for so long at most, and for one look at the database. */
const RECHECK_MS = 3_000;

/**
 * A signal for work that takes long: aborted when the caller leaves, or may no longer do this, such
 * as after its key was revoked.
 */
export function callerSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const shutOut = new AbortController();
  const recheck = setInterval(() => {
    request.isStillAllowed().then(
      (allowed) => allowed || shutOut.abort(new AppError('unauthenticated')),
      // A database that does not answer shuts nobody out.
      () => {},
    );
  }, RECHECK_MS).unref();
  reply.raw.once('close', () => clearInterval(recheck));
  if (reply.raw.closed) clearInterval(recheck);
  return AbortSignal.any([clientSignal(reply), shutOut.signal]);
}
