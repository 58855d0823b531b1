import type { FastifyRequest, RouteOptions } from 'fastify';
import { allows, authenticate, type Principal } from '../access/principal.ts';
import { type Config, publicOrigins } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import { sessionCookieName } from './session-cookie.ts';
import type { App } from './types.ts';
import { UNSAFE_METHODS } from './unsafe-methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null for nobody, or for credentials that are not good. */
    principal: Principal | null;
    /** Looks again whether whoever called may still do so; what takes long has to ask. */
    isStillAllowed(): Promise<boolean>;
  }
}

/**
 * Finds out who calls, where it matters. It refuses nobody: limits must count those too who are
 * refused later. A public route asks no database, so that `/health/live` answers without one.
 */
export function registerAuthentication(app: App, config: Config, repositories: Repositories): void {
  const cookieName = sessionCookieName(config);
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    const { policy } = request.routeOptions.config;
    if (policy === undefined || policy === 'public') return;
    request.principal = await callerOf(request);
  });
  app.decorateRequest('isStillAllowed', async function (this: FastifyRequest) {
    const { policy } = this.routeOptions.config;
    const caller = await callerOf(this);
    if (!caller || caller.userId !== this.principal?.userId) return false;
    return typeof policy !== 'object' || allows(caller, policy.scope);
  });

  async function callerOf(request: FastifyRequest): Promise<Principal | null> {
    const token = bearerToken(request) ?? request.cookies[cookieName];
    return token ? ((await authenticate(repositories, token)) ?? null) : null;
  }
}

/** Holds every route to the policy that it declares, and stops the start where one declares none. */
export function registerPolicies(app: App, config: Config): void {
  const origins = new Set(publicOrigins(config));
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    const undeclared = routes.filter((route) => !route.config?.policy);
    if (undeclared.length === 0) return;
    const names = undeclared.map(({ method, url }) => `${String(method)} ${url}`);
    throw new Error(`routes without a policy: ${names.join(', ')}`);
  });
  app.addHook('onRequest', async (request) => {
    const { policy } = request.routeOptions.config;
    // A path without a route has no policy; it is answered with 404.
    if (policy === undefined || policy === 'public') return;
    const caller = principalOf(request);
    if (policy !== 'user' && !allows(caller, policy.scope)) {
      throw new AppError('forbidden', `This needs the scope \`${policy.scope}\`.`);
    }
    const byCookie = bearerToken(request) === undefined;
    if (
      byCookie &&
      UNSAFE_METHODS.has(request.method) &&
      !origins.has(request.headers.origin ?? '')
    ) {
      throw new AppError('origin_mismatch');
    }
  });
}

/** The caller of a route that is not public. @throws AppError `unauthenticated` */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new AppError('unauthenticated');
  return request.principal;
}

function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
