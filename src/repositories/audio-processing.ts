import { and, eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  type AudioProcessingMetadata,
  audioProcessingMetadata,
  mediaFiles,
} from '../db/schema/index.ts';
import { AppError } from '../errors.ts';

export type AudioProcessingRepository = ReturnType<typeof createAudioProcessingRepository>;
export type AudioProcessing = Omit<AudioProcessingMetadata, 'mediaFileId' | 'userId' | 'createdAt'>;

/** What was done to recordings before they were recognised. */
export function createAudioProcessingRepository(db: Database) {
  return { save, get, setChunkCount };

  /**
   * Notes what was done to a recording, instead of what was noted before.
   *
   * @throws AppError `not_found` when the user has no such recording
   */
  async function save(
    userId: string,
    mediaFileId: string,
    values: Partial<AudioProcessing>,
  ): Promise<void> {
    const [file] = await db
      .select({ id: mediaFiles.id })
      .from(mediaFiles)
      .where(and(eq(mediaFiles.userId, userId), eq(mediaFiles.id, mediaFileId)));
    if (!file) throw new AppError('not_found');
    await db
      .insert(audioProcessingMetadata)
      .values({ ...values, userId, mediaFileId })
      .onConflictDoUpdate({
        target: audioProcessingMetadata.mediaFileId,
        set: { ...values, mediaFileId },
        setWhere: eq(audioProcessingMetadata.userId, userId),
      });
  }

  async function get(
    userId: string,
    mediaFileId: string,
  ): Promise<AudioProcessingMetadata | undefined> {
    const [found] = await db
      .select()
      .from(audioProcessingMetadata)
      .where(isOf(userId, mediaFileId));
    return found;
  }

  /** Notes into how many pieces a recording was cut, where it is noted what was done to it. */
  async function setChunkCount(userId: string, mediaFileId: string, chunkCount: number) {
    await db.update(audioProcessingMetadata).set({ chunkCount }).where(isOf(userId, mediaFileId));
  }
}

function isOf(userId: string, mediaFileId: string) {
  return and(
    eq(audioProcessingMetadata.userId, userId),
    eq(audioProcessingMetadata.mediaFileId, mediaFileId),
  );
}
