import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cancelAnswer } from '../chat/cancel-answer.ts';
import type { LiveAnswer } from '../chat/live/live-answers.ts';
import { type Reading, readEvents } from '../chat/live/read-events.ts';
import { presentMessage } from '../chat/present-message.ts';
import { regenerate } from '../chat/regenerate.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { sendEvents, textOf } from '../plugins/answer-stream.ts';
import { principalOf } from '../plugins/authentication.ts';
import { keepAnswer } from '../plugins/idempotency.ts';
import { describeFor } from '../plugins/problems.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, MAX_INTEGER } from '../schemas/common.ts';
import { EventStream, EventsQuery } from '../schemas/message-events.ts';
import { type Message, MessageReference, RegenerateBody } from '../schemas/messages.ts';
import { problems } from '../schemas/problem.ts';

/** An answer that was made: the message itself, or the stream of its events. */
export const MadeAnswer = {
  description: 'The answer.',
  content: {
    'application/json': { schema: MessageReference },
    'text/event-stream': { schema: EventStream },
  },
};

/** What can be done about an answer that is being written, or that was. */
export function registerMessageAnswerRoutes(app: App, dependencies: Dependencies): void {
  const { messages } = dependencies.repositories;
  const tags = ['Messages'];

  app.get(
    '/v1/messages/:id/events',
    {
      config: { policy: { scope: 'read' } },
      // Whoever resumes accepts events, whatever the header says.
      sse: 'manual',
      schema: {
        operationId: 'resumeMessage',
        tags,
        summary: 'Get the events of an answer, from any one on',
        description:
          'The events behind `Last-Event-ID` or `after`, as the first stream had them, and those that are still to come. A day after the answer they are gone; then its last event is all that comes. A stream that ends early, since its reader is no longer logged in or the server closes, ends with a `message.failed` that repeats the id before it.',
        params: IdParams,
        querystring: EventsQuery,
        response: {
          200: {
            description: 'The events.',
            content: { 'text/event-stream': { schema: EventStream } },
          },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const message = await messages.getById(userId, request.params.id);
      if (!message) throw new AppError('not_found');
      const after = lastEventId(request) ?? request.query.after;
      await sendReading(dependencies, request, reply, 200, { messageId: message.id, after });
      // Not `reply`: that would wait for the stream to end, which ends when this returns.
      return undefined;
    },
  );

  app.post(
    '/v1/messages/:id/cancel',
    {
      config: { policy: { scope: 'chat' } },
      schema: {
        operationId: 'cancelMessage',
        tags,
        summary: 'Stop an answer that is being written',
        description: 'It is `interrupted`, and has what was written until then.',
        params: IdParams,
        response: { 200: MessageReference, ...problems(404, 409) },
      },
    },
    (request) => cancelAnswer(dependencies, principalOf(request).userId, request.params.id),
  );

  app.post(
    '/v1/messages/:id/regenerate',
    {
      config: { policy: { scope: 'chat' } },
      sse: 'dual',
      schema: {
        operationId: 'regenerateMessage',
        tags,
        summary: 'Answer a question once more',
        description:
          'Of a question, or of an answer to it. The new answer stands beside the old ones, with the same scope; it is sent like the answer to a question that is asked.',
        params: IdParams,
        body: RegenerateBody,
        response: { 201: MadeAnswer, ...problems(404, 409, 422, 502, 504) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { params, body } = request;
      const answer = await regenerate(dependencies, userId, params.id, body, describeFor(request));
      return sendAnswer(dependencies, request, reply, answer);
    },
  );

  app.post(
    '/v1/messages/:id/activate',
    {
      config: { policy: { scope: 'chat' } },
      schema: {
        operationId: 'activateMessage',
        tags,
        summary: 'Show the branch that a message is on',
        description: 'The conversation then lists this branch, down to its newest message.',
        params: IdParams,
        response: { 200: MessageReference, ...problems(404) },
      },
    },
    async (request) => {
      const message = await messages.activate(principalOf(request).userId, request.params.id);
      if (!message) throw new AppError('not_found');
      return presentMessage(message);
    },
  );
}

/** Answers with a message that is being made: as its events, or as a whole when it is done. */
export async function sendAnswer(
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: LiveAnswer,
): Promise<Message | undefined> {
  if (!reply.sse) {
    // Nothing is sent until then, which would else be taken for a connection that is dead.
    const { socket } = reply.raw;
    if (socket instanceof Socket) socket.setTimeout(dependencies.config.ANSWER_TIMEOUT_MS);
    reply.code(201);
    return answer.done;
  }
  // Its reader is told by the last event, and by no more than it may know.
  answer.done.catch((err: unknown) => request.log.error({ err }, 'answer failed'));
  const kept = keepStream(dependencies, request, reply, answer);
  const { messageId } = answer.log;
  await sendReading(dependencies, request, reply, 201, { messageId, after: 0 });
  await kept;
  return undefined;
}

/** Keeps the whole stream under the request's Idempotency-Key: its reader may leave and ask again. */
async function keepStream(
  { repositories }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, done }: LiveAnswer,
): Promise<void> {
  if (request.idempotencyKey === null) return;
  // One that failed is not replayed.
  const statusCode = await done.then(
    () => 201,
    () => 500,
  );
  const events = log.read(0, Number.POSITIVE_INFINITY) ?? [];
  const body = events.map((event) => textOf(event, reply)).join('');
  const contentType = 'text/event-stream';
  await keepAnswer(repositories, request, { statusCode, contentType, body }).catch((err) =>
    request.log.error({ err }, 'a stream could not be kept for its Idempotency-Key'),
  );
}

function sendReading(
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  statusCode: number,
  reading: Pick<Reading, 'messageId' | 'after'>,
): Promise<void> {
  const { userId } = principalOf(request);
  const { closing } = request.server;
  const describe = describeFor(request);
  return sendEvents(request, reply, {
    statusCode,
    after: reading.after,
    events: (signal) => readEvents(dependencies, { ...reading, userId, signal, closing, describe }),
  });
}

/** @throws AppError `malformed_request` for an id that is none of ours */
function lastEventId({ headers }: FastifyRequest): number | undefined {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const id = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : undefined;
  if (id === undefined || id > MAX_INTEGER) {
    throw new AppError('malformed_request', 'Last-Event-ID: the id of an event.');
  }
  return id;
}
