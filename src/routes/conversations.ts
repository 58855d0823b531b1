import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { checkScope } from '../retrieval/scope.ts';
import { IdParams, NoContent, Page, PageQuery, reference } from '../schemas/common.ts';
import {
  type Conversation,
  CreateConversation,
  UpdateConversation,
} from '../schemas/conversations.ts';
import { problems } from '../schemas/problem.ts';

const ConversationReference = reference<Conversation>('Conversation');

/** Conversations, and the scope that their questions share. */
export function registerConversationRoutes(app: App, { repositories }: Dependencies): void {
  const { conversations } = repositories;
  const tags = ['Conversations'];

  app.get(
    '/v1/conversations',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listConversations',
        tags,
        summary: 'List conversations, the last used first',
        querystring: PageQuery,
        response: { 200: Page(ConversationReference) },
      },
    },
    async (request) => conversations.listByUser(principalOf(request).userId, request.query),
  );

  app.post(
    '/v1/conversations',
    {
      config: { policy: { scope: 'chat' } },
      schema: {
        operationId: 'createConversation',
        tags,
        summary: 'Start a conversation',
        description: 'Its scope holds for every question that brings none of its own.',
        body: CreateConversation,
        response: { 201: ConversationReference, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      await checkScope(repositories, userId, request.body.scope ?? {});
      return reply.code(201).send(await conversations.create(userId, request.body));
    },
  );

  app.get(
    '/v1/conversations/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getConversation',
        tags,
        summary: 'Get a conversation',
        params: IdParams,
        response: { 200: ConversationReference, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const conversation = await conversations.getById(userId, request.params.id);
      if (!conversation) throw new AppError('not_found');
      return conversation;
    },
  );

  app.patch(
    '/v1/conversations/:id',
    {
      config: { policy: { scope: 'chat' } },
      schema: {
        operationId: 'updateConversation',
        tags,
        summary: 'Change the title or the scope of a conversation',
        params: IdParams,
        body: UpdateConversation,
        response: { 200: ConversationReference, ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      await checkScope(repositories, userId, request.body.scope ?? {});
      const conversation = await conversations.update(userId, request.params.id, request.body);
      if (!conversation) throw new AppError('not_found');
      return conversation;
    },
  );

  app.delete(
    '/v1/conversations/:id',
    {
      config: { policy: { scope: 'chat' } },
      schema: {
        operationId: 'deleteConversation',
        tags,
        summary: 'Delete a conversation with its messages',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await conversations.delete(principalOf(request).userId, request.params.id);
      if (!found) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );
}
