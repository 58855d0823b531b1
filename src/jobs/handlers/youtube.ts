import { readOrFetchImport } from '../../library/fetch-import.ts';
import { defineHandler, type JobHandler } from '../handler.ts';
import { type ImportJobDependencies, importForJob } from '../import-for-job.ts';

/** Fetches the captions of a video, and imports them. */
export function createYoutubeHandler(dependencies: ImportJobDependencies): JobHandler {
  return defineHandler({
    type: 'youtube',
    // More at once would make the source refuse all of them.
    concurrency: 2,
    run: (job) =>
      importForJob(dependencies, job, () =>
        readOrFetchImport(dependencies, job.parameters, job.signal),
      ),
  });
}
