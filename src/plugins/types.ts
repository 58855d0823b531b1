import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ApiKeyScope } from '../access/principal.ts';

/** The app as plugins and routes see it: schemas give the types of requests and answers. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Who may call a route: everybody, every user, or users whose key has a scope. */
export type Policy = 'public' | 'user' | { scope: ApiKeyScope };

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy;
    /** `false` for routes whose answer holds a secret that must not be stored. */
    idempotent?: boolean;
    /** A body that may take longer than others: a recording. */
    slowBody?: boolean;
  }
}
