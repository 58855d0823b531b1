import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { importLater, isLargeImport } from '../jobs/import-later.ts';
import { readOrFetchImport } from '../library/fetch-import.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { importTranscript } from '../library/import-transcript.ts';
import { readTranscriptList } from '../library/read-transcript-list.ts';
import { readVideoId } from '../library/video-id.ts';
import { principalOf } from '../plugins/authentication.ts';
import { clientSignal } from '../plugins/client-signal.ts';
import type { App } from '../plugins/types.ts';
import { readUpload } from '../plugins/uploads.ts';
import { IdParams, NoContent, Page, reference } from '../schemas/common.ts';
import { AcceptedJob } from '../schemas/jobs.ts';
import { problems } from '../schemas/problem.ts';
import { TranscriptListQuery } from '../schemas/transcript-list.ts';
import {
  ImportedTranscript,
  ImportTranscript,
  type Transcript,
  UpdateTranscript,
  UploadTranscript,
} from '../schemas/transcripts.ts';
import { orderChapters } from '../transcripts/chapters.ts';

const TranscriptReference = reference<Transcript>('Transcript');

/** Import, and what is known about a transcript. */
export function registerTranscriptRoutes(app: App, dependencies: Dependencies): void {
  const { repositories } = dependencies;
  const { transcripts } = repositories;
  const tags = ['Transcripts'];

  app.get(
    '/v1/transcripts',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listTranscripts',
        tags,
        summary: 'List transcripts, filtered and sorted',
        description: 'Several filters narrow the list together. By default the newest come first.',
        querystring: TranscriptListQuery,
        response: { 200: Page(TranscriptReference) },
      },
    },
    async (request) =>
      transcripts.listByUser(principalOf(request).userId, readTranscriptList(request.query)),
  );

  app.post<{ Body: ImportTranscript | UploadTranscript }>(
    '/v1/transcripts',
    {
      config: { policy: { scope: 'write' } },
      preValidation: readUpload,
      schema: {
        operationId: 'importTranscript',
        tags,
        summary: 'Import a transcript',
        description:
          'Reads captions (SRT, WebVTT, json3, srv1, srv3, TTML), the JSON of recognisers (Whisper and its relatives, OpenAI, AssemblyAI, Deepgram), plain text, segments, and exports of Parley; the format is told from the content. With `url` the captions of a YouTube video are fetched. The same content again answers 200 with the transcript that is there. More than 1 MiB of content is imported by a job, which the answer 202 names; its result is `{transcriptId, receipt, created}`.',
        body: {
          content: {
            'application/json': { schema: ImportTranscript },
            'multipart/form-data': { schema: UploadTranscript },
          },
        },
        response: {
          200: ImportedTranscript,
          201: ImportedTranscript,
          202: AcceptedJob,
          ...problems(409, 422, 502, 504),
        },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      if (isLargeImport(request.body)) {
        const { body, idempotencyKey } = request;
        const job = await importLater(dependencies, userId, body, idempotencyKey);
        return reply.code(202).send({ job });
      }
      const read = await readOrFetchImport(dependencies, request.body, clientSignal(reply));
      const { parsed, details, madeBy } = read;
      const result = await importTranscript(dependencies, userId, parsed, details, madeBy);
      return reply.code(result.created ? 201 : 200).send(result);
    },
  );

  app.get(
    '/v1/transcripts/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getTranscript',
        tags,
        summary: 'Get a transcript',
        params: IdParams,
        response: { 200: TranscriptReference, ...problems(404) },
      },
    },
    async (request) => findTranscript(repositories, principalOf(request).userId, request.params.id),
  );

  app.patch(
    '/v1/transcripts/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'updateTranscript',
        tags,
        summary: 'Change what is known about a transcript',
        params: IdParams,
        body: UpdateTranscript,
        response: { 200: TranscriptReference, ...problems(404, 409, 502, 504) },
      },
    },
    async (request) => {
      const { youtubeVideoId: video, chapters, ...values } = request.body;
      const youtubeVideoId = video ? readVideoId(video) : video;
      const transcript = await transcripts.update(principalOf(request).userId, request.params.id, {
        ...values,
        ...(youtubeVideoId === undefined ? {} : { youtubeVideoId }),
        ...(chapters === undefined ? {} : { chapters: orderChapters(chapters) }),
      });
      if (!transcript) throw new AppError('not_found');
      return transcript;
    },
  );

  app.delete(
    '/v1/transcripts/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteTranscript',
        tags,
        summary: 'Delete a transcript and all that was made of it',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await transcripts.delete(principalOf(request).userId, request.params.id);
      if (!found) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );
}
