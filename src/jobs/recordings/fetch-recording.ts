import { AppError } from '../../errors.ts';
import { audioTypeOf, isAudioType } from '../../media/audio-type.ts';
import type { ReceivedFile } from '../../media/incoming.ts';
import type { MediaStorage } from '../../media/storage.ts';
import type { PublicDownload, SourceAnswer } from '../../providers/public-fetch.ts';
import type { YoutubeAudio } from '../../providers/youtube-audio.ts';
import { JobError } from '../job-error.ts';

/** Where a recording is: a video, or any URL. */
export type RecordingLink = { youtubeVideoId?: string; url?: string };

export type FetchDependencies = {
  media: MediaStorage;
  publicDownload: PublicDownload;
  youtubeAudio: YoutubeAudio;
  settings: { allowUrlImport: boolean; maxRecordingBytes: number };
};

/** Answers to which the same request may have another one later. */
const PASSING = new Set([408, 425, 429]);

/**
 * Fetches a recording, straight to the disk.
 *
 * @throws JobError or AppError that says why there is none
 */
export async function fetchRecording(
  dependencies: FetchDependencies,
  { youtubeVideoId, url }: RecordingLink,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  if (youtubeVideoId !== undefined) return fetchVideo(dependencies, youtubeVideoId, signal);
  if (url === undefined) throw new JobError('invalid_parameters', 'There is no link.');
  return fetchFile(dependencies, url, signal);
}

async function fetchVideo(
  { media, youtubeAudio, settings }: FetchDependencies,
  youtubeVideoId: string,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  if (!(await youtubeAudio.isInstalled())) {
    throw new JobError(
      'yt_dlp_not_installed',
      'There is no yt-dlp on this server. Whoever runs it installs yt-dlp, or says by YT_DLP_PATH where it is.',
    );
  }
  const received = await media.receive(youtubeAudio.fetch(youtubeVideoId, signal), limit(settings));
  return checked(media, received, '');
}

async function fetchFile(
  { media, publicDownload, settings }: FetchDependencies,
  url: string,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  if (!settings.allowUrlImport) {
    throw new JobError(
      'url_not_allowed',
      'Only YouTube videos are downloaded. Whoever runs this server can allow others with ALLOW_URL_IMPORT=true.',
    );
  }
  const { body, mediaType, ...answer } = await publicDownload(
    url,
    async (bytes, head) => {
      const isThere = head.status >= 200 && head.status <= 299;
      return isThere ? media.receive(bytes, limit(settings)) : undefined;
    },
    signal,
  );
  if (!body) throw refusal(answer);
  return checked(media, body, mediaType);
}

/** What is neither by its bytes nor by its name for them sound or video is a page, or an error. */
async function checked(media: MediaStorage, received: ReceivedFile, mediaType: string) {
  const isNamed = /^(audio|video)\//.test(mediaType);
  if (isNamed || isAudioType(audioTypeOf(received.head))) return received;
  await media.discard(received);
  throw new JobError('no_recording', 'What the link leads to is no recording.');
}

const limit = ({ maxRecordingBytes: maxBytes }: FetchDependencies['settings']) => ({
  maxBytes,
  tooLarge: () => new AppError('source_too_large', `It has more than ${maxBytes} bytes.`),
});

const refusal = ({ status, retryAfterMs }: Pick<SourceAnswer, 'status' | 'retryAfterMs'>) =>
  new JobError('source_unreadable', `The source answered with the status ${status}.`, {
    transient: status >= 500 || PASSING.has(status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
