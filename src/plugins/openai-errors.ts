import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AppError, ERRORS, type ErrorCode } from '../errors.ts';
import type { OpenAiError } from '../schemas/openai-errors.ts';

/** What OpenAI's API calls what we call otherwise; clients match on these. */
const CODES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
  quota_exceeded: 'insufficient_quota',
};

/** Whether a path is one of those that answer as OpenAI's API does, errors too. */
export const isOpenAiPath = (path: string): boolean => /^\/v1\/openai(\/|$)/.test(path);

/** Whether a request is for such a path: that of its route, however the URL spells it. */
export const isOpenAiRequest = ({ routeOptions, url }: FastifyRequest): boolean =>
  isOpenAiPath(routeOptions.url ?? url);

/** An error in OpenAI's shape, for an answer or for the end of a stream. */
export function toOpenAiError(error: AppError): OpenAiError {
  const { status } = ERRORS[error.code];
  // Of what a union refuses, the deepest place is the one that was meant.
  const [place] = error.errors?.toSorted((a, b) => b.path.length - a.path.length) ?? [];
  const param = place ? toParam(place.path) : null;
  const unknownModel = error.code === 'not_found' && param === 'model';
  return {
    error: {
      message:
        place && error.code === 'validation_failed' ? `${param}: ${place.message}` : error.message,
      type: status >= 500 ? 'server_error' : status === 429 ? 'requests' : 'invalid_request_error',
      param,
      code: unknownModel ? 'model_not_found' : (CODES[error.code] ?? error.code),
    },
  };
}

/** Answers with an error; the id of the request is in a header, where OpenAI's clients look. */
export function sendOpenAiError(error: AppError, request: FastifyRequest, reply: FastifyReply) {
  return reply
    .code(ERRORS[error.code].status)
    .header('x-request-id', request.id)
    .type('application/json')
    .send(toOpenAiError(error));
}

/** `/messages/0/content` as `messages[0].content`. */
function toParam(pointer: string): string {
  return pointer
    .replace(/^\//, '')
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');
}
