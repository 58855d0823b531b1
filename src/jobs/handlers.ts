import type { JobType } from '../schemas/job-types.ts';
import type { JobHandler } from './handler.ts';
import { createDownloadHandler, type DownloadDependencies } from './handlers/download.ts';
import { createPreprocessHandler } from './handlers/preprocess.ts';
import { createTranscribeHandler, type TranscribeDependencies } from './handlers/transcribe.ts';

export type JobHandlers = ReadonlyMap<JobType, JobHandler>;

export type JobHandlerDependencies = DownloadDependencies & TranscribeDependencies;

/** Everything that jobs can do here: one handler for each type. */
export function createJobHandlers(dependencies: JobHandlerDependencies): JobHandlers {
  const handlers: JobHandler[] = [
    createDownloadHandler(dependencies),
    createPreprocessHandler(dependencies),
    createTranscribeHandler(dependencies),
  ];
  return new Map(handlers.map((handler) => [handler.type, handler]));
}
