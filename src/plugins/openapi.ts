import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { RouteOptions } from 'fastify';
import { ConfigEntry } from '../schemas/config.ts';
import { Conversation } from '../schemas/conversations.ts';
import { Message } from '../schemas/messages.ts';
import { Problem, problems } from '../schemas/problem.ts';
import { Template } from '../schemas/templates.ts';
import { Transcript } from '../schemas/transcripts.ts';
import type { App, Policy } from './types.ts';

const UNSAFE_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Describes every route that is registered after this, and serves the description. */
export async function registerOpenApi(app: App): Promise<void> {
  for (const schema of [ConfigEntry, Conversation, Message, Problem, Template, Transcript]) {
    app.addSchema(schema);
  }
  app.addHook('onRoute', describePolicy);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley',
        version: '1.0.0',
        summary: 'Chat with what was said.',
        description:
          'Import transcripts, search them, ask questions, and get answers that cite the second.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This server' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A session token or an API key.',
          },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-session',
            description: 'Plain `session` on loopback HTTP. Unsafe requests need an `Origin`.',
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: ({ $id }, _baseUri, _fragment, index) =>
        typeof $id === 'string' ? $id : `def-${index}`,
    },
  });
  await app.register(async (docs) => {
    // The pages of the reference are not ours to describe, and everybody may read them.
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public' };
    });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      theme: { title: 'Parley API' },
      uiConfig: { docExpansion: 'list', defaultModelsExpandDepth: 0 },
    });
  });
  app.get(
    '/openapi.json',
    { config: { policy: 'public' }, schema: { hide: true } },
    async (_request, reply) => reply.type('application/json').send(app.swagger()),
  );
}

const TAGS = [
  { name: 'Auth', description: 'Accounts, logins and sessions.' },
  { name: 'API keys', description: 'Keys for programs.' },
  { name: 'Transcripts', description: 'What is read, searched and talked to.' },
  { name: 'Search', description: 'Find the moments at which something was said.' },
  { name: 'Conversations', description: 'Questions that belong together.' },
  { name: 'Messages', description: 'Questions, and answers with their citations.' },
  { name: 'Templates', description: 'Prompts with variables.' },
  { name: 'Config', description: 'Settings of the whole installation.' },
  { name: 'Health', description: 'For orchestrators and monitors.' },
];

/** Adds to a route what follows from its policy and its form: credentials, and problems it can answer. */
function describePolicy(route: RouteOptions): void {
  const { schema, config } = route;
  if (!schema || schema.hide || !config?.policy) return;
  const response = schema.response;
  schema.response = {
    ...problems(...statusesOf(route, config.policy)),
    ...(typeof response === 'object' ? response : {}),
  };
  schema.security = config.policy === 'public' ? [] : [{ bearer: [] }, { cookie: [] }];
  if (typeof config.policy === 'object') {
    const scope = `An API key needs the scope \`${config.policy.scope}\`.`;
    schema.description = [schema.description, scope].filter(Boolean).join(' ');
  }
}

function statusesOf({ method, schema = {}, config = {} }: RouteOptions, policy: Policy): number[] {
  const statuses = [500, 503];
  const unsafe = [method].flat().some((name) => UNSAFE_METHODS.has(name));
  if (config.rateLimit !== false) statuses.push(429);
  if (schema.body || schema.querystring || schema.params) statuses.push(400);
  if (schema.body) statuses.push(413, 415);
  if (policy !== 'public') statuses.push(401);
  if (policy !== 'public' && (typeof policy === 'object' || unsafe)) statuses.push(403);
  // An Idempotency-Key that is still running, or that belongs to another request.
  if (policy !== 'public' && unsafe) statuses.push(400, 409, 422);
  return statuses;
}
