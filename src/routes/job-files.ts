import { Readable } from 'node:stream';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { openWhole } from '../jobs/read-file.ts';
import { attachment } from '../plugins/attachment.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { JobFileBytes, JobFileParams } from '../schemas/jobs.ts';
import { problems } from '../schemas/problem.ts';

/** The files that jobs made. */
export function registerJobFileRoutes(
  app: App,
  { repositories: { jobFiles } }: Dependencies,
): void {
  app.get(
    '/v1/jobs/:id/files/:fileId',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'downloadJobFile',
        tags: ['Jobs'],
        summary: 'Download a file that a job made',
        description:
          'The files of a job are its `createdFiles`. They go with the job, and with any transcript that they tell of. An answer that breaks off is not the whole file.',
        params: JobFileParams,
        response: { 200: JobFileBytes, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { id, fileId } = request.params;
      const file = await jobFiles.getById(userId, fileId);
      if (file?.jobId !== id.toLowerCase() || file.kind !== 'output')
        throw new AppError('not_found');
      const bytes = await openWhole(jobFiles, file);
      if (!bytes) throw new AppError('not_found');
      reply.header('content-disposition', attachmentNamed(file.name, file.id));
      // What was said in private is not for a cache.
      reply.header('cache-control', 'private, no-store').header('content-length', file.size);
      return reply.type(file.mediaType).send(Readable.from(bytes));
    },
  );
}

function attachmentNamed(name: string, fallback: string): string {
  const [, title = name, ending = 'bin'] = /^(.+)\.([A-Za-z0-9]{1,10})$/s.exec(name) ?? [];
  return attachment(title, ending, fallback);
}
