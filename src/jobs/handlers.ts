import type { JobType } from '../schemas/job-types.ts';
import type { JobHandler } from './handler.ts';
import { createCompleteBatchHandler } from './handlers/complete-batch.ts';
import { createDeleteAccountHandler, type RemoveUserFiles } from './handlers/delete-account.ts';
import { createEmbedHandler, type EmbedJobDependencies } from './handlers/embed.ts';
import { createExportHandler } from './handlers/export.ts';
import { createImportHandler } from './handlers/import.ts';
import { createYoutubeHandler } from './handlers/youtube.ts';
import type { ImportJobDependencies } from './import-for-job.ts';

export type JobHandlers = ReadonlyMap<JobType, JobHandler>;

/** What handlers need of the app's parts. */
type HandlerDependencies = EmbedJobDependencies &
  ImportJobDependencies & {
    /** Whatever keeps files of users outside the database. */
    removeUserFiles: readonly RemoveUserFiles[];
  };

/** Everything that jobs can do here: one handler for each type. */
export function createJobHandlers(dependencies: HandlerDependencies): JobHandlers {
  const handlers: JobHandler[] = [
    createCompleteBatchHandler(),
    createDeleteAccountHandler(dependencies),
    createEmbedHandler(dependencies),
    createExportHandler(dependencies),
    createImportHandler(dependencies),
    createYoutubeHandler(dependencies),
  ];
  return new Map(handlers.map((handler) => [handler.type, handler]));
}
