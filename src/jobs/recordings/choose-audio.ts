import type { MediaFile } from '../../db/schema/index.ts';
import { audioTypeOf } from '../../media/audio-type.ts';
import { splitWav } from '../../media/split-wav.ts';
import type { MediaStorage } from '../../media/storage.ts';
import {
  frameBytes,
  HEADER_SEARCH_BYTES,
  readWavHeader,
  type Wav,
  wavHeader,
} from '../../media/wav.ts';
import type { Speech } from '../../providers/speech-to-text.ts';
import type { RunningJob } from '../handler.ts';
import { JobError } from '../job-error.ts';
import { type PreprocessDependencies, preprocessRecording } from './preprocess-recording.ts';

/** A part of a recording that an endpoint takes. */
export type AudioPiece = {
  /** Where it begins, in ms. */
  offsetMs: number;
  /** Where that is known. */
  durationMs: number | null;
  /** Reads it from the disk; one piece at a time is held. */
  load(): Promise<Speech>;
};

/** What is sent of a recording: the file whose bytes they are, and its pieces in their order. */
export type ChosenAudio = { file: MediaFile; pieces: AudioPiece[] };

/**
 * Decides what an endpoint is sent: the recording as it is, where that is not too large; else the
 * pieces of it as a WAV file, which is made by ffmpeg where it is none yet. The same recording gives
 * the same pieces.
 *
 * @param maxBytes that the endpoint takes
 * @throws JobError `ffmpeg_not_installed`; AppError `unreadable_recording`
 */
export async function chooseAudio(
  dependencies: PreprocessDependencies,
  job: RunningJob,
  source: MediaFile,
  maxBytes: number,
): Promise<ChosenAudio> {
  const { media } = dependencies;
  if (source.fileSize <= maxBytes) return { file: source, pieces: [whole(media, source)] };
  const found = await readWav(media, source);
  if (found) return { file: source, pieces: await cut(media, source, found, maxBytes) };
  const file = await preprocessRecording(dependencies, job, source);
  const made = await readWav(media, file);
  if (!made) throw new JobError('unreadable_recording', 'ffmpeg made no WAV file of it.');
  return { file, pieces: await cut(media, file, made, maxBytes) };
}

function whole(
  media: MediaStorage,
  { filePath, fileSize, durationSeconds }: MediaFile,
): AudioPiece {
  const durationMs = durationSeconds === null ? null : Math.round(durationSeconds * 1_000);
  return {
    offsetMs: 0,
    durationMs,
    async load() {
      const bytes = await media.read(filePath, 0, fileSize);
      const { extension, mediaType } = audioTypeOf(bytes);
      return { name: `recording.${extension}`, mediaType, durationMs, bytes };
    },
  };
}

async function readWav(media: MediaStorage, { filePath, fileSize }: MediaFile) {
  const head = await media.read(filePath, 0, Math.min(fileSize, HEADER_SEARCH_BYTES));
  return readWavHeader(head, fileSize);
}

async function cut(media: MediaStorage, { filePath }: MediaFile, wav: Wav, maxBytes: number) {
  const readFrames = (first: number, frames: number) =>
    media.read(filePath, wav.dataStart + first * frameBytes(wav), frames * frameBytes(wav));
  const pieces = await splitWav(wav, maxBytes, async (first, frames) =>
    samplesOf(await readFrames(first, frames)),
  );
  return pieces.map(({ firstFrame, frames, offsetMs, durationMs }): AudioPiece => {
    const load = async () => {
      const samples = await readFrames(firstFrame, frames);
      const bytes = Buffer.concat([wavHeader({ ...wav, frames }), samples]);
      return { name: 'recording.wav', mediaType: 'audio/wav', durationMs, bytes };
    };
    return { offsetMs, durationMs, load };
  });
}

/** Little-endian, as in the file, whatever this machine has. */
function samplesOf(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  for (let at = 0; at < samples.length; at += 1) samples[at] = bytes.readInt16LE(at * 2);
  return samples;
}
