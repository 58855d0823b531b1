import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { NAMED_SCHEMAS } from '../schemas/named.ts';
import { describeRoute } from './openapi-document.ts';
import { shortenDocument } from './shorten-document.ts';
import type { App } from './types.ts';

/** Describes every route that is registered after this, and serves the description. */
export async function registerOpenApi(app: App): Promise<void> {
  // Only those that are referred to: each one more slows the start of every route.
  for (const schema of Object.values(NAMED_SCHEMAS)) {
    if ('$id' in schema) app.addSchema(schema);
  }
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
        // It rewrites the references in what it is given.
        schemas: structuredClone(NAMED_SCHEMAS),
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
    transform: ({ schema, url, route }) => ({ url, schema: describeRoute(schema, route) }),
    transformObject: (described) =>
      'openapiObject' in described ? shortenDocument(described.openapiObject) : {},
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
      // Without `upgrade-insecure-requests`, which leaves the page blank on plain HTTP.
      staticCSP:
        "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'",
      theme: {
        title: 'Parley API',
        css: [{ filename: 'parley.css', content: '.swagger-ui .topbar { display: none }' }],
      },
      uiConfig: { deepLinking: true, docExpansion: 'list', defaultModelsExpandDepth: 0 },
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
  { name: 'Recordings', description: 'Sound and video that is stored, to be transcribed.' },
  { name: 'Links', description: 'What links lead to.' },
  { name: 'Search', description: 'Find the moments at which something was said.' },
  { name: 'Conversations', description: 'Questions that belong together.' },
  { name: 'Messages', description: 'Questions, and answers with their citations.' },
  { name: 'Models', description: 'What writes answers, and what makes vectors.' },
  { name: 'OpenAI', description: 'For clients of OpenAI’s API: the names and errors are its own.' },
  { name: 'Jobs', description: 'Work that takes long, and what came of it.' },
  { name: 'Batches', description: 'Jobs that were started together.' },
  { name: 'Templates', description: 'Prompts with variables.' },
  { name: 'Usage', description: 'What models were asked, and what that used.' },
  { name: 'Config', description: 'Settings of the whole installation.' },
  { name: 'Health', description: 'For orchestrators and monitors.' },
];
