import { Compile } from 'typebox/compile';
import { readOrFetchImport } from '../../library/fetch-import.ts';
import type { Repositories } from '../../repositories/index.ts';
import type { ImportParameters } from '../../schemas/import-jobs.ts';
import {
  type ImportTranscript,
  importContent,
  type UploadTranscript,
} from '../../schemas/transcripts.ts';
import { defineHandler, type JobHandler, type RunningJob } from '../handler.ts';
import { type ImportJobDependencies, importForJob } from '../import-for-job.ts';
import { JobError } from '../job-error.ts';
import { readInput } from '../read-input.ts';
import { SEGMENTS_TYPE } from '../to-import-job.ts';

const Segments = Compile(importContent.segments);

/** Imports a file, text or segments, or what a link leads to. */
export function createImportHandler(dependencies: ImportJobDependencies): JobHandler {
  return defineHandler({
    type: 'import',
    // The largest file takes hundreds of MiB while it is read.
    concurrency: 2,
    run: (job) =>
      importForJob(dependencies, job, async () =>
        readOrFetchImport(dependencies, await readBody(dependencies.repositories, job), job.signal),
      ),
  });
}

/** The body that the caller sent, put together again. */
async function readBody(
  repositories: Repositories,
  job: RunningJob<ImportParameters>,
): Promise<ImportTranscript | UploadTranscript> {
  const { url, languages, ...said } = job.parameters;
  if (url !== undefined) return job.parameters;
  const { file, bytes } = await readInput(repositories, job);
  if (file.mediaType !== SEGMENTS_TYPE) return { ...said, file: bytes };
  const segments: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (Segments.Check(segments) && segments !== undefined) return { ...said, segments };
  throw new JobError('invalid_parameters', 'The segments are not what was sent.');
}
