import type { Dependencies } from '../dependencies.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { TranscriptRevision } from '../schemas/transcript-revisions.ts';

/** The versions of transcripts. */
export function registerTranscriptRevisionRoutes(app: App, { repositories }: Dependencies): void {
  const { transcriptRevisions } = repositories;

  app.get(
    '/v1/transcripts/:id/revisions',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listRevisions',
        tags: ['Transcripts'],
        summary: 'List the revisions of a transcript with their receipts',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: Page(TranscriptRevision), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id } = await findTranscript(repositories, userId, request.params.id);
      return transcriptRevisions.listByTranscript(userId, id, request.query);
    },
  );
}
