import type { Dependencies } from '../dependencies.ts';
import { mergeSpeakers, renameSpeaker } from '../library/edit-speakers.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { RevisedTranscript } from '../schemas/transcript-revisions.ts';
import { MergeSpeakers, RenameSpeaker, TranscriptSpeaker } from '../schemas/transcript-speakers.ts';

/** Who speaks in transcripts. */
export function registerTranscriptSpeakerRoutes(app: App, dependencies: Dependencies): void {
  const { repositories } = dependencies;
  const tags = ['Transcripts'];

  app.get(
    '/v1/transcripts/:id/speakers',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listSpeakers',
        tags,
        summary: 'List the speaker labels of a transcript',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: Page(TranscriptSpeaker), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id } = await findTranscript(repositories, userId, request.params.id);
      return repositories.transcriptSpeakers.listByTranscript(userId, id, request.query);
    },
  );

  app.post(
    '/v1/transcripts/:id/speakers/rename',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'renameSpeaker',
        tags,
        summary: 'Give a speaker another label in the whole transcript',
        description:
          'Makes a new revision. A label that somebody else has is a 409: merge instead.',
        params: IdParams,
        body: RenameSpeaker,
        response: { 200: RevisedTranscript, ...problems(404, 409, 502, 504) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { from, to } = request.body;
      return renameSpeaker(dependencies, userId, request.params.id, from, to);
    },
  );

  app.post(
    '/v1/transcripts/:id/speakers/merge',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'mergeSpeakers',
        tags,
        summary: 'Make one speaker of several labels',
        description: 'Makes a new revision.',
        params: IdParams,
        body: MergeSpeakers,
        response: { 200: RevisedTranscript, ...problems(404, 409, 502, 504) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { from, into } = request.body;
      return mergeSpeakers(dependencies, userId, request.params.id, from, into);
    },
  );
}
