import { Readable } from 'node:stream';
import type { Dependencies } from '../dependencies.ts';
import { exportTranscript } from '../library/export-transcript.ts';
import { attachment } from '../plugins/attachment.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams } from '../schemas/common.ts';
import { ExportFile, ExportQuery } from '../schemas/exports.ts';
import { problems } from '../schemas/problem.ts';

/** Files made from the library. */
export function registerExportRoutes(app: App, { repositories }: Dependencies): void {
  app.get(
    '/v1/transcripts/:id/export',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'exportTranscript',
        tags: ['Transcripts'],
        summary: 'Download a transcript as a file',
        description:
          'The JSON holds all that is known, and comes back the same by an import; so do SRT and WebVTT, with what they can carry. A transcript without times is no SRT, no WebVTT, and has no part from and to a time. An answer that breaks off is not the whole file.',
        params: IdParams,
        querystring: ExportQuery,
        response: { 200: ExportFile, ...problems(404, 406) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { id } = request.params;
      const file = await exportTranscript(repositories, userId, id, request.query);
      reply.header('content-disposition', attachment(file.name, request.query.format, id));
      // What was said in private is not for a cache.
      reply.header('cache-control', 'private, no-store');
      return reply.type(file.mediaType).send(Readable.from(file.text));
    },
  );
}
