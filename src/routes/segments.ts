import type { Dependencies } from '../dependencies.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { ListedSegment } from '../schemas/segments.ts';

/** The utterances of transcripts. */
export function registerSegmentRoutes(app: App, { repositories }: Dependencies): void {
  const { segments } = repositories;

  app.get(
    '/v1/transcripts/:id/segments',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listSegments',
        tags: ['Transcripts'],
        summary: 'List the segments of a transcript in the order of time',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: Page(ListedSegment), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id } = await findTranscript(repositories, userId, request.params.id);
      return segments.listByTranscript(userId, id, request.query);
    },
  );
}
