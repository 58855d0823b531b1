import type { ImportDependencies } from '../../library/import-transcript.ts';
import type { SpeechToText } from '../../providers/speech-to-text.ts';
import { createRepositories } from '../../repositories/index.ts';
import type { CallsOfRun } from '../calls-of-run.ts';
import { defineHandler, type JobHandler } from '../handler.ts';
import { JobError } from '../job-error.ts';
import { chooseAudio } from '../recordings/choose-audio.ts';
import { hearPieces } from '../recordings/hear-pieces.ts';
import type { PreprocessDependencies } from '../recordings/preprocess-recording.ts';
import { findRecording, withBytes } from '../recordings/recordings.ts';
import { findTranscribed, storeTranscription } from '../recordings/store-transcription.ts';

export type TranscribeDependencies = PreprocessDependencies &
  Omit<ImportDependencies, 'db' | 'modelCalls'> &
  CallsOfRun & {
    speechToText: SpeechToText | undefined;
    settings: PreprocessDependencies['settings'] & {
      /** Recordings at once. */
      speechConcurrency: number;
    };
  };

const NOT_CONFIGURED =
  'No speech-to-text endpoint is configured. Whoever runs this server sets STT_BASE_URL and STT_MODEL, and STT_API_KEY where the endpoint wants one.';

/** Makes a transcript of a recording: has its pieces transcribed, joins them, and imports the whole. */
export function createTranscribeHandler(dependencies: TranscribeDependencies): JobHandler {
  const { repositories, speechToText, settings } = dependencies;
  return defineHandler({
    type: 'transcribe',
    concurrency: settings.speechConcurrency,
    isLong: true,
    keepsWork: true,

    async run(job) {
      const made = await findTranscribed(repositories, job);
      if (made) return made;
      if (!speechToText) throw new JobError('speech_to_text_not_configured', NOT_CONFIGURED);
      const { mediaFileId, language, prompt, title, model = speechToText.model } = job.parameters;
      if (!speechToText.models.includes(model)) {
        const allowed = speechToText.models.join(', ');
        throw new JobError(
          'unknown_model',
          `No such model is allowed here. These are: ${allowed}.`,
        );
      }
      const modelCalls = dependencies.modelCalls.ofRun(job);
      const source = await findRecording(repositories, job.userId, mediaFileId);
      const audio = await withBytes(chooseAudio(dependencies, job, source, speechToText.maxBytes));
      await job.db.transaction((tx) =>
        createRepositories(tx).audioProcessing.setChunkCount(
          job.userId,
          audio.file.id,
          audio.pieces.length,
        ),
      );
      const heard = await hearPieces(
        { repositories, speechToText, modelCalls },
        job,
        source.id,
        audio,
        {
          ...{ model, language, prompt },
        },
      );
      return storeTranscription({ ...dependencies, modelCalls }, job, heard, {
        ...{ source, language, title, provider: speechToText.provider, model },
      });
    },
  });
}
