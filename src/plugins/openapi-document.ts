import type { FastifySchema, RouteOptions } from 'fastify';
import { openAiErrors } from '../schemas/openai-errors.ts';
import { problems } from '../schemas/problem.ts';
import { isOpenAiPath } from './openai-errors.ts';
import { UNSAFE_METHODS } from './unsafe-methods.ts';

const SUCCESSES: Record<string, string> = { 200: 'Success.', 201: 'Created.', 202: 'Accepted.' };

const IDEMPOTENCY_KEY = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'The same request under the same key, within 24 hours, gets the same answer.',
};

const LAST_EVENT_ID = {
  type: 'string',
  pattern: '^\\d{1,10}$',
  description: 'The last event that the reader has.',
};

/** Adds to a route's schema, for the document alone, what follows from its policy and its form. */
export function describeRoute(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const { policy = 'public' } = route.config ?? {};
  const { querystring, description } = schema;
  const scope =
    typeof policy === 'object' ? `An API key needs the scope \`${policy.scope}\`.` : undefined;
  const errors = isOpenAiPath(route.url) ? openAiErrors : problems;
  return {
    ...schema,
    ...(querystring ? { querystring: withoutDefaults(querystring) } : {}),
    ...headersOf(route),
    ...(scope ? { description: [description, scope].filter(Boolean).join(' ') } : {}),
    security: policy === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
    response: { ...errors(...problemsOf(route)), ...successes(schema.response) },
  };
}

function headersOf(route: RouteOptions): object {
  const properties = {
    ...(isReplayable(route) ? { 'Idempotency-Key': IDEMPOTENCY_KEY } : {}),
    ...(route.sse === 'manual' && !isUnsafe(route) ? { 'Last-Event-ID': LAST_EVENT_ID } : {}),
  };
  return Object.keys(properties).length > 0 ? { headers: { type: 'object', properties } } : {};
}

function problemsOf(route: RouteOptions): number[] {
  const { policy = 'public', rateLimit } = route.config ?? {};
  // Any query may hold what cannot be read.
  const statuses = [400, 500, 503];
  if (isUnsafe(route)) statuses.push(413, 415);
  if (policy !== 'public') statuses.push(401);
  if (policy !== 'public' && (typeof policy === 'object' || isUnsafe(route))) statuses.push(403);
  // An Idempotency-Key that is still running, or that belongs to another request.
  if (isReplayable(route)) statuses.push(409, 422);
  if (rateLimit !== false) statuses.push(429);
  return statuses;
}

function isUnsafe({ method }: RouteOptions): boolean {
  return [method].flat().some((name) => UNSAFE_METHODS.has(name));
}

function isReplayable(route: RouteOptions): boolean {
  const { policy = 'public', idempotent } = route.config ?? {};
  return isUnsafe(route) && policy !== 'public' && idempotent !== false;
}

/** What has a default is always there for the handler, and may be left out by the caller. */
function withoutDefaults(schema: unknown): unknown {
  if (!isObject(schema) || !isObject(schema.properties) || !Array.isArray(schema.required)) {
    return schema;
  }
  const { properties, required } = schema;
  const hasDefault = (name: string) => isObject(properties[name]) && 'default' in properties[name];
  return { ...schema, required: required.filter((name) => !hasDefault(name)) };
}

/** What `registerLocations` adds to every 202. */
const LOCATION = { Location: { type: 'string', description: 'Where the job or the batch is.' } };

/** Gives a description to answers that are a schema and nothing else. */
function successes(response: unknown): object {
  const answers = Object.entries(isObject(response) ? response : {});
  return Object.fromEntries(
    answers.map(([status, answer]) => [
      status,
      isObject(answer) && 'description' in answer
        ? answer
        : {
            description: SUCCESSES[status],
            ...(status === '202' ? { headers: LOCATION } : {}),
            content: { 'application/json': { schema: answer } },
          },
    ]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
