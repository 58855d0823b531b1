import type { Dependencies } from '../dependencies.ts';
import { exportTranscript } from '../library/export-transcript.ts';
import { findTranscript } from '../library/find-transcript.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import { ExportFile, ExportQuery } from '../schemas/transcripts.ts';

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
        params: IdParams,
        querystring: ExportQuery,
        response: { 200: ExportFile, ...problems(404, 406) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { format } = request.query;
      const transcript = await findTranscript(repositories, userId, request.params.id);
      const file = await exportTranscript(repositories, userId, transcript, format);
      reply.header('content-disposition', `attachment; filename="${transcript.id}.${format}"`);
      return reply.type(file.mediaType).send(file.body);
    },
  );
}
