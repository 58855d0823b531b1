import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { jobs, type MediaFile, mediaFiles } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type MediaFilesRepository = ReturnType<typeof createMediaFilesRepository>;
/** What is left out is not known. The path of one that has no bytes yet follows from the ids. */
export type NewMediaFile = Pick<MediaFile, 'id' | 'fileName'> &
  Partial<
    Pick<
      MediaFile,
      | 'mediaSourceId'
      | 'sourceFileId'
      | 'fileSize'
      | 'durationSeconds'
      | 'filePath'
      | 'formatInfo'
      | 'contentHash'
      | 'downloadStatus'
      | 'downloadError'
    >
  >;

/** Stored recordings; the rows alone, the bytes are the business of `media/storage.ts`. */
export function createMediaFilesRepository(db: Database) {
  return {
    save,
    getById,
    getOwnedIds,
    getProcessed,
    listByUser,
    delete: deleteById,
    listStored,
    failAbandoned,
  };

  /** Adds a recording, or changes the user's one of this id; nobody else's. */
  async function save(userId: string, values: NewMediaFile): Promise<MediaFile> {
    const { id, ...news } = values;
    const [file] = await db
      .insert(mediaFiles)
      .values({ filePath: `${userId}/${id}`, ...values, userId })
      .onConflictDoUpdate({
        target: mediaFiles.id,
        set: news,
        setWhere: eq(mediaFiles.userId, userId),
      })
      .returning();
    return inserted(file);
  }

  async function getById(userId: string, id: string): Promise<MediaFile | undefined> {
    const [file] = await db.select().from(mediaFiles).where(isOwned(userId, id));
    return file;
  }

  /** Those of the ids that are of recordings of the user. */
  async function getOwnedIds(userId: string, ids: readonly string[]): Promise<string[]> {
    const rows = await db
      .select({ id: mediaFiles.id })
      .from(mediaFiles)
      .where(and(eq(mediaFiles.userId, userId), inArray(mediaFiles.id, [...ids])));
    return rows.map(({ id }) => id);
  }

  /** The latest recording that was made of another one, and is whole. */
  async function getProcessed(
    userId: string,
    sourceFileId: string,
  ): Promise<MediaFile | undefined> {
    const [file] = await db
      .select()
      .from(mediaFiles)
      .where(
        and(
          eq(mediaFiles.userId, userId),
          eq(mediaFiles.sourceFileId, sourceFileId),
          eq(mediaFiles.downloadStatus, 'completed'),
        ),
      )
      .orderBy(desc(mediaFiles.createdAt), desc(mediaFiles.id))
      .limit(1);
    return file;
  }

  /** The newest first. */
  async function listByUser(
    userId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<MediaFile>> {
    const rows = await db
      .select({ item: getTableColumns(mediaFiles), at: exactTime(mediaFiles.createdAt) })
      .from(mediaFiles)
      .where(
        and(eq(mediaFiles.userId, userId), olderThan(mediaFiles.createdAt, mediaFiles.id, cursor)),
      )
      .orderBy(desc(mediaFiles.createdAt), desc(mediaFiles.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  /**
   * Deletes a recording, and those that were made of it.
   *
   * @returns the paths of their bytes; empty when the user has no such recording
   */
  async function deleteById(userId: string, id: string): Promise<string[]> {
    const made = sql`with recursive made as (
        select ${id}::uuid as id
        union select m.id from ${mediaFiles} as m join made on m.source_file_id = made.id
          where m.user_id = ${userId}
      ) select id from made`;
    const rows = await db
      .delete(mediaFiles)
      .where(and(eq(mediaFiles.userId, userId), sql`${mediaFiles.id} in (${made})`))
      .returning({ filePath: mediaFiles.filePath });
    return rows.map(({ filePath }) => filePath);
  }

  /** Those of the paths that are of recordings, whoever has them. */
  async function listStored(filePaths: readonly string[]): Promise<string[]> {
    const rows = await db
      .select({ filePath: mediaFiles.filePath })
      .from(mediaFiles)
      .where(inArray(mediaFiles.filePath, [...filePaths]));
    return rows.map(({ filePath }) => filePath);
  }

  /**
   * Ends downloads whose job has ended without them; a job and what it downloads have the same id.
   *
   * @returns how many there were
   */
  async function failAbandoned(): Promise<number> {
    const rows = await db
      .update(mediaFiles)
      .set({
        downloadStatus: 'failed',
        downloadError: sql`coalesce(${mediaFiles.downloadError}, 'The download was given up.')`,
      })
      .where(
        and(
          inArray(mediaFiles.downloadStatus, ['pending', 'downloading']),
          sql`not exists (select from ${jobs} where ${jobs.id} = ${mediaFiles.id}
            and ${jobs.status} in ('queued', 'running', 'paused'))`,
        ),
      )
      .returning({ id: mediaFiles.id });
    return rows.length;
  }
}

function isOwned(userId: string, id: string) {
  return and(eq(mediaFiles.userId, userId), eq(mediaFiles.id, id));
}
