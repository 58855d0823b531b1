import { cancelAnswer } from '../chat/cancel-answer.ts';
import { presentMessage } from '../chat/present-message.ts';
import { regenerate } from '../chat/regenerate.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import { describeFor } from '../plugins/problems.ts';
import type { App } from '../plugins/types.ts';
import { IdParams } from '../schemas/common.ts';
import { EventStream, EventsQuery } from '../schemas/message-events.ts';
import { MessageReference, RegenerateBody } from '../schemas/messages.ts';
import { problems } from '../schemas/problem.ts';
import { lastEventId, sendAnswer, sendReading } from './send-answer.ts';

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
