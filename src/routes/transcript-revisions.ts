import type { Dependencies } from '../dependencies.ts';
import { activateRevision } from '../library/activate-revision.ts';
import { addRevision } from '../library/add-revision.ts';
import { diffRevisions } from '../library/diff-revisions.ts';
import { findRevision } from '../library/find-revision.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { readContent } from '../library/read-content.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { readUpload } from '../plugins/uploads.ts';
import { IdParams, Page, PageQuery } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import {
  AddRevision,
  DiffQuery,
  RevisedTranscript,
  RevisionParams,
  SegmentChange,
  TranscriptRevision,
  UploadRevision,
} from '../schemas/transcript-revisions.ts';

/** The versions of transcripts. */
export function registerTranscriptRevisionRoutes(app: App, dependencies: Dependencies): void {
  const { repositories } = dependencies;
  const { transcriptRevisions } = repositories;
  const tags = ['Transcripts'];

  app.get(
    '/v1/transcripts/:id/revisions',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listRevisions',
        tags,
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

  app.post<{ Params: { id: string }; Body: AddRevision | UploadRevision }>(
    '/v1/transcripts/:id/revisions',
    {
      config: { policy: { scope: 'write' } },
      preValidation: readUpload,
      schema: {
        operationId: 'addRevision',
        tags,
        summary: 'Add another version of what was said',
        description:
          'It becomes the one that is read, searched and cited, unless `activate` is false. Content that the transcript has already answers 200 with its revision.',
        params: IdParams,
        body: {
          content: {
            'application/json': { schema: AddRevision },
            'multipart/form-data': { schema: UploadRevision },
          },
        },
        response: {
          200: RevisedTranscript,
          201: RevisedTranscript,
          ...problems(404, 409, 422, 502, 504),
        },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { language, activate = true } = request.body;
      const parsed = await readContent(request.body);
      const details = { language, activate };
      const added = await addRevision(dependencies, userId, request.params.id, parsed, details);
      return reply.code(added.created ? 201 : 200).send(added);
    },
  );

  app.get(
    '/v1/transcripts/:id/revisions/:number',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getRevision',
        tags,
        summary: 'Get a revision with its receipt',
        params: RevisionParams,
        response: { 200: TranscriptRevision, ...problems(404) },
      },
    },
    async (request) => {
      const { id, number } = request.params;
      return findRevision(repositories, principalOf(request).userId, id, number);
    },
  );

  app.get(
    '/v1/transcripts/:id/revisions/:number/diff',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'diffRevisions',
        tags,
        summary: 'List the segments that differ from those of an older revision',
        params: RevisionParams,
        querystring: DiffQuery,
        response: { 200: Page(SegmentChange), ...problems(404) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { id, number } = request.params;
      const { against, ...page } = request.query;
      return diffRevisions(repositories, userId, id, number, against, page);
    },
  );

  app.post(
    '/v1/transcripts/:id/revisions/:number/activate',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'activateRevision',
        tags,
        summary: 'Make a revision the one that is read, searched and cited',
        params: RevisionParams,
        response: { 200: RevisedTranscript, ...problems(404, 409, 502, 504) },
      },
    },
    async (request) => {
      const { id, number } = request.params;
      return activateRevision(dependencies, principalOf(request).userId, id, number);
    },
  );
}
