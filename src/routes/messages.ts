import { ask } from '../chat/ask.ts';
import { presentMessage } from '../chat/present-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import { describeFor } from '../plugins/problems.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, Page, PageQuery } from '../schemas/common.ts';
import { AskBody, MessageReference } from '../schemas/messages.ts';
import { problems } from '../schemas/problem.ts';
import { MadeAnswer } from './message-answers.ts';
import { sendAnswer } from './send-answer.ts';

/** Questions and their answers. */
export function registerMessageRoutes(app: App, dependencies: Dependencies): void {
  const { repositories } = dependencies;
  const { conversations, messages } = repositories;
  const tags = ['Messages'];

  app.get(
    '/v1/conversations/:id/messages',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listMessages',
        tags,
        summary: 'List the messages of a conversation, the oldest first',
        description: 'Of branches, the one that was written last, or that was chosen since.',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: Page(MessageReference), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id } = request.params;
      const { data, nextCursor } = await messages.listByConversation(userId, id, request.query);
      // Only an empty page may be one of a conversation that is not there.
      if (data.length === 0 && !(await conversations.getById(userId, id))) {
        throw new AppError('not_found');
      }
      return { data: data.map(presentMessage), nextCursor };
    },
  );

  app.post(
    '/v1/conversations/:id/messages',
    {
      config: { policy: { scope: 'chat' } },
      sse: 'dual',
      schema: {
        operationId: 'askQuestion',
        tags,
        summary: 'Ask a question',
        description:
          'Answers when done, or, with `Accept: text/event-stream`, as it is being written. Both store and return the same message. With `parentId` the question begins a branch: to edit a question is to ask the new one with the `parentId` of the old one.',
        params: IdParams,
        body: AskBody,
        response: { 201: MadeAnswer, ...problems(404, 409, 422, 502, 504) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { params, body } = request;
      const answer = await ask(dependencies, userId, params.id, body, describeFor(request));
      return sendAnswer(dependencies, request, reply, answer);
    },
  );

  app.get(
    '/v1/messages/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getMessage',
        tags,
        summary: 'Get a message with its citations',
        params: IdParams,
        response: { 200: MessageReference, ...problems(404) },
      },
    },
    async (request) => {
      const message = await messages.getById(principalOf(request).userId, request.params.id);
      if (!message) throw new AppError('not_found');
      return presentMessage(message);
    },
  );
}
