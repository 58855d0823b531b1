import type { JobType } from '../schemas/job-types.ts';
import type { JobHandler } from './handler.ts';
import { createCompleteBatchHandler } from './handlers/complete-batch.ts';
import { createDeleteAccountHandler, type RemoveUserFiles } from './handlers/delete-account.ts';
import { createDownloadHandler, type DownloadDependencies } from './handlers/download.ts';
import { createEmbedHandler, type EmbedJobDependencies } from './handlers/embed.ts';
import { createEnhanceHandler, type EnhanceJobDependencies } from './handlers/enhance.ts';
import { createExportHandler } from './handlers/export.ts';
import { createImportHandler } from './handlers/import.ts';
import { createPreprocessHandler } from './handlers/preprocess.ts';
import { createTranscribeHandler, type TranscribeDependencies } from './handlers/transcribe.ts';
import { createYoutubeHandler } from './handlers/youtube.ts';
import type { ImportJobDependencies } from './import-for-job.ts';

export type JobHandlers = ReadonlyMap<JobType, JobHandler>;

/** What handlers need of the app's parts. */
export type HandlerDependencies = DownloadDependencies &
  EmbedJobDependencies &
  EnhanceJobDependencies &
  ImportJobDependencies &
  TranscribeDependencies & {
    removeUserFiles: RemoveUserFiles;
  };

/** Everything that jobs can do here: one handler for each type. */
export function createJobHandlers(dependencies: HandlerDependencies): JobHandlers {
  const handlers: JobHandler[] = [
    createCompleteBatchHandler(),
    createDeleteAccountHandler(dependencies),
    createDownloadHandler(dependencies),
    createEmbedHandler(dependencies),
    createEnhanceHandler(dependencies),
    createExportHandler(dependencies),
    createImportHandler(dependencies),
    createPreprocessHandler(dependencies),
    createTranscribeHandler(dependencies),
    createYoutubeHandler(dependencies),
  ];
  return new Map(handlers.map((handler) => [handler.type, handler]));
}
