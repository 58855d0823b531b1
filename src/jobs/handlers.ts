import { JOB_TYPES, type JobType } from '../schemas/job-types.ts';
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
  // A type without a handler would wait for ever; the compiler asks for each.
  const handlers: { [Type in JobType]: JobHandler } = {
    'complete-batch': createCompleteBatchHandler(),
    'delete-account': createDeleteAccountHandler(dependencies),
    download: createDownloadHandler(dependencies),
    embed: createEmbedHandler(dependencies),
    enhance: createEnhanceHandler(dependencies),
    export: createExportHandler(dependencies),
    import: createImportHandler(dependencies),
    preprocess: createPreprocessHandler(dependencies),
    transcribe: createTranscribeHandler(dependencies),
    youtube: createYoutubeHandler(dependencies),
  };
  return new Map(JOB_TYPES.map((type) => [type, handlers[type]]));
}
