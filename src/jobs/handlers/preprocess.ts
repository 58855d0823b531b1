import { defineHandler, type JobHandler } from '../handler.ts';
import {
  type PreprocessDependencies,
  preprocessRecording,
} from '../recordings/preprocess-recording.ts';
import { findRecording, withBytes } from '../recordings/recordings.ts';

/** Makes audio of a recording that recognisers take. ffmpeg works on all of a core. */
export function createPreprocessHandler(dependencies: PreprocessDependencies): JobHandler {
  return defineHandler({
    type: 'preprocess',
    concurrency: 1,
    isLong: true,

    async run(job) {
      const { repositories } = dependencies;
      const source = await findRecording(repositories, job.userId, job.parameters.mediaFileId);
      const file = await withBytes(preprocessRecording(dependencies, job, source));
      const durationMs = Math.round((file.durationSeconds ?? 0) * 1_000);
      return { result: { mediaFileId: file.id, durationMs } };
    },
  });
}
