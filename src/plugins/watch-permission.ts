import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

/** Whoever was shut out is answered for this long at most, and for one look at the database. */
const RECHECK_MS = 3_000;

/**
 * Aborts work that takes long once its caller may no longer have it done, such as after its key was
 * revoked.
 *
 * @returns ends the watching
 */
export function watchPermission(request: FastifyRequest, work: AbortController): () => void {
  const check = () =>
    request.isStillAllowed().then(
      (allowed) => allowed || work.abort(new AppError('unauthenticated')),
      // A database that does not answer shuts nobody out.
      () => {},
    );
  // Requests that began together do not all ask together.
  const recheck = setInterval(check, RECHECK_MS * (1 - Math.random() / 2)).unref();
  return () => clearInterval(recheck);
}
