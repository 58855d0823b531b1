import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { StoredAnswer } from '../repositories/idempotency-keys.ts';
import type { Repositories } from '../repositories/index.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import { hashRequest } from './hash-request.ts';
import type { App } from './types.ts';
import { UNSAFE_METHODS } from './unsafe-methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The Idempotency-Key that this request holds, and has to answer. */
    idempotencyKey: string | null;
  }
}

/** A request that runs longer holds its key on; see `ABANDONED` in the repository. */
const RENEWED_EVERY_MS = 30_000;

const renewals = new WeakMap<FastifyRequest, NodeJS.Timeout>();
const KEPT_MS = 24 * 3_600_000;
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Answers an unsafe request that comes a second time under its key with what was answered first. */
export function registerIdempotency(app: App, repositories: Repositories): void {
  const { idempotencyKeys } = repositories;
  app.decorateRequest('idempotencyKey', null);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { principal, method } = request;
    const { policy, idempotent } = request.routeOptions.config;
    if (key === undefined || !UNSAFE_METHODS.has(method)) return;
    // Without a user there is nobody to keep an answer for. Logging in twice does no harm, and its
    // answer holds a token, also when somebody asks for it who is logged in already.
    if (!principal || policy === 'public') return;
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new AppError('malformed_request', 'Idempotency-Key: 1 to 255 visible characters.');
    }
    if (idempotent === false) {
      throw new AppError(
        'idempotency_unsupported',
        'The answer holds a secret, and is not stored.',
      );
    }
    const requestHash = await inSlices(hashRequest(request));
    const expiresAt = new Date(Date.now() + KEPT_MS);
    if (await idempotencyKeys.claim(principal.userId, key, requestHash, expiresAt)) {
      request.idempotencyKey = key;
      renewals.set(request, keepHeld(request, principal.userId, key));
      return;
    }
    const held = await idempotencyKeys.get(principal.userId, key);
    if (held && held.requestHash !== requestHash) throw new AppError('idempotency_mismatch');
    if (held?.statusCode == null || held.body === null) {
      throw new AppError('idempotency_in_progress', undefined, { retryAfterSeconds: 1 });
    }
    return replay(reply, { ...held, statusCode: held.statusCode, body: held.body });
  });

  function keepHeld(request: FastifyRequest, userId: string, key: string): NodeJS.Timeout {
    const renew = () =>
      idempotencyKeys
        .renew(userId, key)
        .catch((err) => request.log.warn({ err }, 'an Idempotency-Key could not be renewed'));
    return setInterval(renew, RENEWED_EVERY_MS).unref();
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const body = typeof payload === 'string' ? payload : '';
    const contentType = String(reply.getHeader('content-type') ?? '');
    await keepAnswer(repositories, request, { statusCode: reply.statusCode, contentType, body });
    return payload;
  });
}

/**
 * Stores what a request was answered under its key, if it holds one. A failure of ours is not
 * kept: the key is free again.
 */
export async function keepAnswer(
  { idempotencyKeys }: Repositories,
  request: FastifyRequest,
  answer: StoredAnswer,
): Promise<void> {
  const { idempotencyKey, principal } = request;
  if (idempotencyKey === null || !principal) return;
  request.idempotencyKey = null;
  clearInterval(renewals.get(request));
  if (answer.statusCode >= 500) {
    await idempotencyKeys.release(principal.userId, idempotencyKey);
  } else {
    await idempotencyKeys.complete(principal.userId, idempotencyKey, answer);
  }
}

function replay(
  reply: FastifyReply,
  {
    statusCode,
    contentType,
    body,
  }: Omit<StoredAnswer, 'contentType'> & { contentType: string | null },
) {
  reply.code(statusCode).header('idempotency-replayed', 'true');
  if (contentType) reply.header('content-type', contentType);
  return reply.send(body === '' ? undefined : body);
}
