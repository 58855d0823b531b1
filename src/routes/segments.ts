import type { Dependencies } from '../dependencies.ts';
import { correctSegment } from '../library/correct-segment.ts';
import { findRevision } from '../library/find-revision.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, Page } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { CorrectSegment, ListedSegment, SegmentParams, SegmentQuery } from '../schemas/segments.ts';
import { RevisedTranscript } from '../schemas/transcript-revisions.ts';

/** The utterances of transcripts. */
export function registerSegmentRoutes(app: App, dependencies: Dependencies): void {
  const { repositories } = dependencies;
  const tags = ['Transcripts'];

  app.get(
    '/v1/transcripts/:id/segments',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listSegments',
        tags,
        summary: 'List the segments of a transcript in the order of time',
        description: 'A cursor goes on in the revision that it comes from.',
        params: IdParams,
        querystring: SegmentQuery,
        response: { 200: Page(ListedSegment), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { revision, ...page } = request.query;
      const { id } = await findTranscript(repositories, userId, request.params.id);
      if (revision !== undefined) await findRevision(repositories, userId, id, revision);
      return repositories.segments.listByTranscript(userId, id, page, revision);
    },
  );

  app.patch(
    '/v1/transcripts/:id/segments/:position',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'correctSegment',
        tags,
        summary: 'Correct the text or the speaker of a segment',
        description:
          'Makes a new revision. Name the `revision` that you are looking at, so that a correction never meets another segment than the one you see: a 409 says that there is a newer one.',
        params: SegmentParams,
        body: CorrectSegment,
        response: { 200: RevisedTranscript, ...problems(404, 409, 502, 504) },
      },
    },
    async (request) => {
      const { id, position } = request.params;
      const { revision, ...correction } = request.body;
      const { userId } = principalOf(request);
      return correctSegment(dependencies, userId, id, position, correction, revision);
    },
  );
}
