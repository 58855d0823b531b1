import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicOrigins } from '../config.ts';
import type { Dependencies } from '../dependencies.ts';
import { complete } from '../openai/complete.ts';
import { embed } from '../openai/embed.ts';
import { getModel, listModels } from '../openai/list-models.ts';
import { presentChunks, presentCompletion } from '../openai/present-completion.ts';
import { allowSilence } from '../plugins/allow-silence.ts';
import { principalOf } from '../plugins/authentication.ts';
import { callerSignal } from '../plugins/caller-signal.ts';
import { clientSignal } from '../plugins/client-signal.ts';
import { closingSignal } from '../plugins/closing-signal.ts';
import { readScopeText } from '../plugins/openai-scope.ts';
import { streamChunks } from '../plugins/openai-stream.ts';
import type { App } from '../plugins/types.ts';
import { ChatCompletionRequest } from '../schemas/openai-chat.ts';
import { ChatCompletion, ChatCompletionStream } from '../schemas/openai-completions.ts';
import { EmbeddingsRequest, EmbeddingsResponse } from '../schemas/openai-embeddings.ts';
import { openAiErrors } from '../schemas/openai-errors.ts';
import { OpenAiModel, OpenAiModelList, OpenAiModelParams } from '../schemas/openai-models.ts';

/** What clients of OpenAI's API call, by its names and with its errors. Nothing is stored. */
export function registerOpenAiRoutes(app: App, dependencies: Dependencies): void {
  const { repositories, config } = dependencies;
  const tags = ['OpenAI'];
  const [origin = ''] = publicOrigins(config);
  const closing = closingSignal(app);

  app.post(
    '/v1/openai/chat/completions',
    {
      config: { policy: { scope: 'chat' } },
      onRequest: nameRequest,
      preValidation: readScopeText,
      // The body says whether to stream; while it does, it says by itself that it lives.
      sse: { kind: 'manual', heartbeat: false },
      schema: {
        operationId: 'createChatCompletion',
        tags,
        summary: 'Answer a question from what was said',
        description:
          'The content is Markdown; each citation in it links to its moment. With `stream: true` it comes in chunks.',
        body: ChatCompletionRequest,
        response: {
          200: {
            description: 'The completion.',
            content: {
              'application/json': { schema: ChatCompletion },
              'text/event-stream': { schema: ChatCompletionStream },
            },
          },
          ...openAiErrors(404, 422, 502, 504),
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { userId } = principalOf(request);
      const signal = AbortSignal.any([callerSignal(request, reply), closing]);
      const pending = await complete(dependencies, userId, body, origin, signal);
      if (!body.stream) {
        allowSilence(reply, config.ANSWER_TIMEOUT_MS);
        return presentCompletion(pending);
      }
      const chunks = presentChunks(pending, body.stream_options?.include_usage ?? false);
      await streamChunks(dependencies, request, reply, chunks);
      return undefined;
    },
  );

  app.get(
    '/v1/openai/models',
    {
      config: { policy: { scope: 'read' } },
      onRequest: nameRequest,
      schema: {
        operationId: 'listOpenAiModels',
        tags,
        summary: 'List what a client may name as its model',
        description: '`parley`, and one for each of the newest transcripts.',
        response: { 200: OpenAiModelList },
      },
    },
    async (request) => listModels(repositories, principalOf(request).userId),
  );

  app.get(
    '/v1/openai/models/:model',
    {
      config: { policy: { scope: 'read' } },
      onRequest: nameRequest,
      schema: {
        operationId: 'getOpenAiModel',
        tags,
        summary: 'Get a model by its name',
        params: OpenAiModelParams,
        response: { 200: OpenAiModel, ...openAiErrors(404) },
      },
    },
    async (request) => getModel(repositories, principalOf(request).userId, request.params.model),
  );

  app.post(
    '/v1/openai/embeddings',
    {
      config: { policy: { scope: 'read' } },
      onRequest: nameRequest,
      schema: {
        operationId: 'createEmbeddings',
        tags,
        summary: 'Turn texts into the vectors that search compares',
        body: EmbeddingsRequest,
        response: { 200: EmbeddingsResponse, ...openAiErrors(404, 502, 504) },
      },
    },
    async (request, reply) =>
      embed(dependencies, principalOf(request).userId, request.body, clientSignal(reply)),
  );
}

/** OpenAI's clients show this id with every answer. */
async function nameRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('x-request-id', request.id);
}
