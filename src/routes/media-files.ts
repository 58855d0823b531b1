import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { removeRecording } from '../media/remove-recording.ts';
import { storeRecording } from '../media/store-recording.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, NoContent, Page, PageQuery, reference } from '../schemas/common.ts';
import { type MediaFile, UploadMediaFile } from '../schemas/media-files.ts';
import { problems } from '../schemas/problem.ts';
import { type ReceivedForm, receiveRecording } from './receive-recording.ts';

const MediaFileReference = reference<MediaFile>('MediaFile');

/** Stored recordings. */
export function registerMediaFileRoutes(app: App, dependencies: Dependencies): void {
  const { media, repositories, settings } = dependencies;
  const { mediaFiles } = repositories;
  const tags = ['Recordings'];

  app.get(
    '/v1/media-files',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listMediaFiles',
        tags,
        summary: 'List recordings, the newest first',
        querystring: PageQuery,
        response: { 200: Page(MediaFileReference) },
      },
    },
    async (request) => mediaFiles.listByUser(principalOf(request).userId, request.query),
  );

  app.post<{ Body: UploadMediaFile & ReceivedForm }>(
    '/v1/media-files',
    {
      config: { policy: { scope: 'write' }, slowBody: true },
      preValidation: receiveRecording(media, settings.maxRecordingBytes),
      schema: {
        operationId: 'uploadMediaFile',
        tags,
        summary: 'Store a recording',
        description:
          'Sound or video, as a form with a `file`. A job of the type `transcribe` makes a transcript of it.',
        body: { content: { 'multipart/form-data': { schema: UploadMediaFile } } },
        response: { 201: MediaFileReference, ...problems(413) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { file, title, fileName = 'Recording' } = request.body;
      const named = { id: randomUUID(), fileName: title ?? fileName };
      return reply.code(201).send(await storeRecording(dependencies, userId, named, file));
    },
  );

  app.get(
    '/v1/media-files/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getMediaFile',
        tags,
        summary: 'Get what is known about a recording',
        params: IdParams,
        response: { 200: MediaFileReference, ...problems(404) },
      },
    },
    async (request) => {
      const file = await mediaFiles.getById(principalOf(request).userId, request.params.id);
      if (!file) throw new AppError('not_found');
      return file;
    },
  );

  app.delete(
    '/v1/media-files/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteMediaFile',
        tags,
        summary: 'Delete a recording, and what was made of its sound',
        description: 'Transcripts stay.',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      await removeRecording(dependencies, principalOf(request).userId, request.params.id);
      return reply.code(204).send();
    },
  );
}
