import type { Database } from '../db/client.ts';
import type { MediaFile } from '../db/schema/index.ts';
import type { AudioProcessing } from '../repositories/audio-processing.ts';
import { createRepositories } from '../repositories/index.ts';
import type { NewMediaFile } from '../repositories/media-files.ts';
import { describeRecording } from './describe-recording.ts';
import type { ReceivedFile } from './incoming.ts';
import type { MediaStorage } from './storage.ts';

type Storing = { media: MediaStorage; db: Database };
type Named = Pick<
  NewMediaFile,
  'id' | 'fileName' | 'mediaSourceId' | 'sourceFileId' | 'formatInfo'
>;

/**
 * Makes a recording of what has arrived: its row, and in the same transaction the bytes come to
 * a place of their own. Should it not commit after that, they belong to nobody, and are swept away;
 * so are those that the recording had before.
 *
 * @param processing what was done to it, where something was
 */
export async function storeRecording(
  { media, db }: Storing,
  userId: string,
  { formatInfo, ...named }: Named,
  received: ReceivedFile,
  processing?: Partial<AudioProcessing>,
): Promise<MediaFile> {
  const described = describeRecording(received);
  return db.transaction(async (tx) => {
    const { audioProcessing, mediaFiles } = createRepositories(tx);
    const file = await mediaFiles.save(userId, {
      ...named,
      ...described,
      filePath: media.newPath(userId),
      formatInfo: { ...described.formatInfo, ...formatInfo },
    });
    if (processing) await audioProcessing.save(userId, file.id, processing);
    await media.keep(received, file.filePath);
    return file;
  });
}
