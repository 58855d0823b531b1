import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { App } from './types.ts';

/**
 * Limits a caller: the user where one is known, the address where none is. It is a hook of the whole
 * app, because the plugin's own ones on each route run after those that refuse a caller, and never
 * where there is no route: neither guessed tokens nor guessed paths would count.
 */
export async function registerRateLimits(app: App, config: Config): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: config.RATE_LIMIT_MAX,
    timeWindow: '1 minute',
    enableDraftSpec: true,
    keyGenerator: (request) => request.principal?.userId ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
  });
  const limit = app.rateLimit();
  app.addHook('onRequest', async function (request, reply) {
    if (request.routeOptions.config.rateLimit !== false) await limit.call(this, request, reply);
  });
}

/**
 * Limits logins for an address, for an account, and for the two together. Accounts that do not
 * exist are counted like those that do, so that a limit does not tell them apart.
 *
 * @returns a check that throws AppError `rate_limited`
 */
export function createLoginLimits(app: App, { LOGIN_RATE_LIMIT_MAX: max }: Config) {
  const limit = (factor: number, keyOf: (address: string, account: string) => string) =>
    app.createRateLimit({
      max: max * factor,
      timeWindow: '1 minute',
      keyGenerator: (request: FastifyRequest) => `login:${keyOf(request.ip, accountOf(request))}`,
    });
  const limits = [
    limit(1, (address, account) => `pair:${address} ${account}`),
    limit(5, (_address, account) => `account:${account}`),
    limit(5, (address) => `address:${address}`),
  ];
  return async (request: FastifyRequest): Promise<void> => {
    for (const check of limits) {
      const result = await check(request);
      if (!result.isAllowed && result.isExceeded) throw tooMany(result.ttl);
    }
  };
}

/** The account that is logged in to; whoever changes a password names none, and is logged in. */
function accountOf({ body, principal }: FastifyRequest): string {
  const isLogin = typeof body === 'object' && body !== null && 'email' in body;
  return isLogin ? String(body.email).toLowerCase() : String(principal?.userId);
}

function tooMany(ttlMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(ttlMs / 1_000));
  return new AppError('rate_limited', `Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}
