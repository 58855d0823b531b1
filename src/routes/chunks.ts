import type { Dependencies } from '../dependencies.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { Chunk } from '../schemas/chunks.ts';
import { IdParams, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';

/** The runs of segments that transcripts are searched by. */
export function registerChunkRoutes(app: App, { repositories }: Dependencies): void {
  const { chunks } = repositories;

  app.get(
    '/v1/transcripts/:id/chunks',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listChunks',
        tags: ['Transcripts'],
        summary: 'List the chunks that a transcript is searched by',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: Page(Chunk), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id } = await findTranscript(repositories, userId, request.params.id);
      return chunks.listByTranscript(userId, id, request.query);
    },
  );
}
