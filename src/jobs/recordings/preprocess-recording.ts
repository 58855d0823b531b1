import { stat } from 'node:fs/promises';
import type { MediaFile } from '../../db/schema/index.ts';
import { AppError } from '../../errors.ts';
import { type AudioTools, PROCESSED } from '../../media/audio-tools.ts';
import type { MediaStorage } from '../../media/storage.ts';
import { storeRecording } from '../../media/store-recording.ts';
import { isMissing } from '../../media/system-errors.ts';
import type { Repositories } from '../../repositories/index.ts';
import type { RunningJob } from '../handler.ts';
import { JobError } from '../job-error.ts';
import { withBytes } from './recordings.ts';

export type PreprocessDependencies = {
  repositories: Repositories;
  media: MediaStorage;
  audioTools: AudioTools;
  settings: { maxRecordingBytes: number };
};

const NOT_INSTALLED =
  'There is no ffmpeg on this server. Whoever runs it installs ffmpeg, or says by FFMPEG_PATH where it is.';

/**
 * A WAV file of a recording, as recognisers take it best: 16 kHz, mono, 16 bits. One that was made
 * before is taken again. A new one has the job's own id: whoever does the job again makes the same one.
 *
 * @throws JobError `ffmpeg_not_installed`, `recording_missing`; AppError `unreadable_recording`
 */
export async function preprocessRecording(
  dependencies: PreprocessDependencies,
  job: Pick<RunningJob, 'id' | 'userId' | 'db' | 'signal'>,
  source: MediaFile,
): Promise<MediaFile> {
  const { repositories, media } = dependencies;
  const known = await repositories.mediaFiles.getProcessed(job.userId, source.id);
  if (known) return known;
  const output = { path: await media.reserve() };
  try {
    return await make(dependencies, job, source, output.path);
  } finally {
    await media.discard(output);
  }
}

async function make(
  { media, audioTools, settings }: PreprocessDependencies,
  job: Pick<RunningJob, 'id' | 'userId' | 'db' | 'signal'>,
  source: MediaFile,
  output: string,
): Promise<MediaFile> {
  const { maxRecordingBytes } = settings;
  const startedAt = performance.now();
  const input = media.pathOf(source.filePath);
  // What a program says of a file that is not there is told apart from a program that is not there.
  await withBytes(stat(input));
  const info = await installed(audioTools.probe(input, job.signal));
  await installed(audioTools.toWav(input, output, maxRecordingBytes, job.signal));
  const received = await media.take(output);
  if (received.size >= maxRecordingBytes) {
    await media.discard(received);
    throw new AppError('unreadable_recording', 'The recording is too long.');
  }
  const { format, sampleRate, channels } = info;
  return storeRecording(
    { media, db: job.db },
    job.userId,
    {
      id: job.id,
      fileName: source.fileName,
      sourceFileId: source.id,
      mediaSourceId: source.mediaSourceId,
    },
    received,
    {
      originalFormat: format,
      originalSampleRate: sampleRate,
      originalChannels: channels,
      processedFormat: PROCESSED.format,
      processedSampleRate: PROCESSED.sampleRate,
      processedChannels: PROCESSED.channels,
      preprocessingTimeSeconds: (performance.now() - startedAt) / 1_000,
    },
  );
}

async function installed<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause) => {
    if (!isMissing(cause)) throw cause;
    throw new JobError('ffmpeg_not_installed', NOT_INSTALLED, { cause });
  });
}
