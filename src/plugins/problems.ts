import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isUnavailable } from '../db/errors.ts';
import { AppError, ERRORS, type ErrorCode, type ErrorLocation } from '../errors.ts';
import type { Problem } from '../schemas/problem.ts';
import { isOpenAiRequest, sendOpenAiError } from './openai-errors.ts';
import type { App } from './types.ts';

/** What Fastify and its plugins call their errors, and what we call them. */
const FRAMEWORK_CODES: Record<number, ErrorCode> = {
  400: 'malformed_request',
  404: 'not_found',
  406: 'not_acceptable',
  408: 'request_timeout',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'unavailable',
};

/** How long a caller is asked to wait for a database or a server that cannot answer. */
const RETRY_AFTER_SECONDS = 2;

/** Turns every error into problem details; what is our own fault reveals nothing and is logged. */
export function registerProblems(app: App): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new AppError('not_found'), request, reply),
  );
}

/** Answers an error. Fastify also calls it for what it finds before there is a route, such as a URL that is none. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const known = toAppError(error);
  if (ERRORS[known.code].status >= 500) request.log.error({ err: error }, 'request failed');
  return sendProblem(known, request, reply);
}

/** The problem details of an error, for an answer or for the last event of a stream. */
export function toProblem(error: AppError, requestId: string): Problem {
  const { status, title } = ERRORS[error.code];
  return {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(error.errors ? { errors: error.errors } : {}),
    ...error.captions,
  };
}

/** What errors are to a caller. */
export const describeFor = (request: FastifyRequest) => (error: unknown) =>
  toProblem(toAppError(error), request.id);

function sendProblem(error: AppError, request: FastifyRequest, reply: FastifyReply) {
  const { status } = ERRORS[error.code];
  const retryAfter = error.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined);
  if (retryAfter !== undefined && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', retryAfter);
  }
  if (isOpenAiRequest(request)) return sendOpenAiError(error, request, reply);
  return reply.code(status).type('application/problem+json').send(toProblem(error, request.id));
}

/** What an error is to the caller: one of ours, a mistake of theirs, or nothing to be told about. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return new AppError('internal');
  if (isUnavailable(error)) return new AppError('unavailable', undefined, { cause: error });
  const { validation, validationContext, statusCode, message } = error as Partial<FastifyError>;
  if (validation) {
    return new AppError('validation_failed', 'See `errors` for what does not fit.', {
      errors: validation.map((found) => toLocation(found, validationContext)),
    });
  }
  const code = statusCode === undefined ? undefined : FRAMEWORK_CODES[statusCode];
  if (code) return new AppError(code, code === 'not_found' ? undefined : message);
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? new AppError('malformed_request', message)
    : new AppError('internal', undefined, { cause: error });
}

/** Where the validator's own words say little. */
const MESSAGES: Record<string, string> = {
  additionalProperties: 'is not a known key',
};

type Validation = NonNullable<FastifyError['validation']>[number];

function toLocation(
  { instancePath, params, keyword, message }: Validation,
  part: string | undefined,
): ErrorLocation {
  const key = params.additionalProperty ?? params.missingProperty;
  const path = `${part === 'body' ? '' : `/${part}`}${instancePath}`;
  const allowed = keyword === 'enum' ? `: ${String(params.allowedValues)}` : '';
  return {
    path: typeof key === 'string' ? `${path}/${key}` : path || '/',
    message: MESSAGES[keyword] ?? `${message ?? 'is wrong'}${allowed}`,
  };
}
