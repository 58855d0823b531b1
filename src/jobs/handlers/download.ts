import type { MediaStorage } from '../../media/storage.ts';
import { storeRecording } from '../../media/store-recording.ts';
import type { PublicDownload } from '../../providers/public-fetch.ts';
import type { YoutubeAudio } from '../../providers/youtube-audio.ts';
import { createRepositories, type Repositories } from '../../repositories/index.ts';
import { defineHandler, type JobHandler, type RunningJob } from '../handler.ts';
import { toJobFailure } from '../job-problem.ts';
import { fetchRecording, type RecordingLink } from '../recordings/fetch-recording.ts';

export type DownloadDependencies = {
  repositories: Repositories;
  media: MediaStorage;
  publicDownload: PublicDownload;
  youtubeAudio: YoutubeAudio;
  settings: { allowUrlImport: boolean; maxRecordingBytes: number };
};

/** Fetches a recording of a link. What it makes has the job's id, however often it is done. */
export function createDownloadHandler(dependencies: DownloadDependencies): JobHandler {
  return defineHandler({
    type: 'download',
    concurrency: 2,
    isLong: true,
    run,
  });

  async function run(job: RunningJob<RecordingLink & { title?: string }>) {
    const known = await dependencies.repositories.mediaFiles.getById(job.userId, job.id);
    if (known?.downloadStatus === 'completed') {
      return { result: { mediaFileId: known.id, fileSize: known.fileSize } };
    }
    const { title, youtubeVideoId = null, url = null } = job.parameters;
    const fileName = title ?? youtubeVideoId ?? nameIn(url ?? '');
    await note(job, fileName, { downloadStatus: 'downloading', downloadError: null });
    try {
      const received = await fetchRecording(dependencies, job.parameters, job.signal);
      const named = { id: job.id, fileName, ...(await sourceOf(job, youtubeVideoId)) };
      const { media } = dependencies;
      const file = await storeRecording({ media, db: job.db }, job.userId, named, received).finally(
        () => media.discard(received),
      );
      return { result: { mediaFileId: file.id, fileSize: file.fileSize } };
    } catch (error) {
      if (!job.signal.aborted) {
        const { message, permanent } = toJobFailure(error).problem;
        const downloadStatus = permanent ? 'failed' : 'pending';
        await note(job, fileName, { downloadStatus, downloadError: message });
      }
      throw error;
    }
  }
}

type Download = {
  downloadStatus: 'downloading' | 'pending' | 'failed';
  downloadError: string | null;
};

/** Writes down how far it is. @throws AppError `not_found` when the account is gone */
async function note(job: RunningJob, fileName: string, download: Download): Promise<void> {
  await job.db.transaction(async (tx) => {
    const { mediaFiles } = createRepositories(tx);
    await mediaFiles.save(job.userId, { id: job.id, fileName, ...download });
  });
}

/** The video, as a source that transcripts and other recordings of it have in common. */
async function sourceOf({ db, userId }: RunningJob, externalId: string | null) {
  if (externalId === null) return {};
  const url = `https://youtu.be/${externalId}`;
  const source = await db.transaction((tx) =>
    createRepositories(tx).mediaSources.save(userId, { kind: 'youtube', externalId, url }),
  );
  return { mediaSourceId: source.id, formatInfo: { youtubeVideoId: externalId } };
}

/** The name of the file that a URL leads to. */
function nameIn(url: string): string {
  const name = decodeURIComponentSafely(new URL(url).pathname.split('/').findLast(Boolean) ?? '');
  return [...name.replaceAll('\0', '')].slice(0, 255).join('') || 'Recording';
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
