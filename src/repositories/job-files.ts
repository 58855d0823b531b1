import { and, asc, eq, gte, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type JobFile, jobFileParts, jobFiles, jobFileTranscripts } from '../db/schema/index.ts';

export type JobFilesRepository = ReturnType<typeof createJobFilesRepository>;

export type NewJobFile = Pick<JobFile, 'jobId' | 'kind' | 'name' | 'mediaType'>;

/** Bytes of a part: as much as a reader has to hold. */
export const PART_BYTES = 262_144;

/** What jobs read and what they made. */
export function createJobFilesRepository(db: Database) {
  return { create, append, linkTranscripts, getById, listByJob, read, delete: deleteById };

  /** An empty file of a job. */
  async function create(userId: string, file: NewJobFile): Promise<JobFile> {
    const [created] = await db
      .insert(jobFiles)
      .values({ ...file, userId, size: 0 })
      .returning();
    if (!created) throw new Error('a file was not created');
    return created;
  }

  /**
   * Adds bytes at the end of a file, cut into parts. In one transaction with `create`, or a reader
   * could see half of it.
   *
   * @returns whether there is such a file
   */
  async function append(userId: string, fileId: string, bytes: Uint8Array): Promise<boolean> {
    const [file] = await db
      .update(jobFiles)
      .set({ size: sql`${jobFiles.size} + ${bytes.byteLength}` })
      .where(isOwned(userId, fileId))
      .returning({ id: jobFiles.id });
    if (!file) return false;
    const [last] = await db
      .select({ count: sql<number>`count(*)::integer` })
      .from(jobFileParts)
      .where(eq(jobFileParts.fileId, fileId));
    let position = last?.count ?? 0;
    for (let start = 0; start < bytes.byteLength; start += PART_BYTES) {
      const part = bytes.subarray(start, start + PART_BYTES);
      await db.insert(jobFileParts).values({ fileId, position, bytes: part });
      position += 1;
    }
    return true;
  }

  /** Notes which transcripts a file tells of; it goes with any of them. */
  async function linkTranscripts(
    userId: string,
    fileId: string,
    transcriptIds: readonly string[],
  ): Promise<void> {
    await db.insert(jobFileTranscripts).select(
      sql`select ${userId}::uuid, f.id, t.id::uuid, now() from ${jobFiles} as f,
        json_array_elements_text(${JSON.stringify(transcriptIds)}::json) as t(id)
        where f.user_id = ${userId} and f.id = ${fileId}`,
    );
  }

  async function getById(userId: string, fileId: string): Promise<JobFile | undefined> {
    const [file] = await db.select().from(jobFiles).where(isOwned(userId, fileId));
    return file;
  }

  /** In the order in which they were made. */
  async function listByJob(userId: string, jobId: string): Promise<JobFile[]> {
    return db
      .select()
      .from(jobFiles)
      .where(and(eq(jobFiles.userId, userId), eq(jobFiles.jobId, jobId)))
      .orderBy(asc(jobFiles.createdAt), asc(jobFiles.id));
  }

  /**
   * The bytes of a file, a part at a time; between two parts no connection is held.
   *
   * @param from the first part's position
   */
  async function* read(userId: string, fileId: string, from = 0): AsyncGenerator<Uint8Array, void> {
    for (let position = from; ; position += 1) {
      const [part] = await db
        .select({ bytes: jobFileParts.bytes })
        .from(jobFileParts)
        .innerJoin(jobFiles, and(eq(jobFiles.id, jobFileParts.fileId), isOwned(userId, fileId)))
        .where(gte(jobFileParts.position, position))
        .orderBy(asc(jobFileParts.position))
        .limit(1);
      if (!part) return;
      yield part.bytes;
    }
  }

  async function deleteById(userId: string, fileId: string): Promise<boolean> {
    const rows = await db
      .delete(jobFiles)
      .where(isOwned(userId, fileId))
      .returning({ id: jobFiles.id });
    return rows.length > 0;
  }
}

function isOwned(userId: string, fileId: string) {
  return and(eq(jobFiles.userId, userId), eq(jobFiles.id, fileId));
}
