import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  type JobFile,
  jobFileParts,
  jobFiles,
  jobFileTranscripts,
  transcripts,
} from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { slicesOf } from './slices.ts';

export type JobFilesRepository = ReturnType<typeof createJobFilesRepository>;

export type NewJobFile = Pick<JobFile, 'jobId' | 'kind' | 'name' | 'mediaType'>;

/** Bytes of a part: as much as a reader has to hold. */
export const PART_BYTES = 262_144;

/** Parts that are written by one statement. */
const PARTS_AT_ONCE = 4;

/**
 * What jobs read and what they made. Who deletes a transcript locks the files that tell of it, and
 * then their jobs; whoever works on a job locks its file, and the job at the end. Those who write pass
 * over a file that somebody else has locked: who deletes it must not be waited for.
 */
export function createJobFilesRepository(db: Database) {
  return {
    create,
    append,
    linkTranscripts,
    getById,
    listByJob,
    read,
    delete: deleteById,
    deleteOutputs,
  };

  /** An empty file of a job. */
  async function create(userId: string, file: NewJobFile): Promise<JobFile> {
    const [created] = await db
      .insert(jobFiles)
      .values({ ...file, userId, size: 0 })
      .returning();
    return inserted(created);
  }

  /**
   * Adds bytes at the end of a file, cut into parts, all of them or none. Whoever may read the file
   * meanwhile sees what was added before.
   *
   * @returns whether there is such a file that nobody else writes or deletes at this moment
   */
  async function append(userId: string, fileId: string, bytes: Uint8Array): Promise<boolean> {
    return db.transaction(async (tx) => {
      if (!(await lockFile(tx, userId, fileId))) return false;
      const [last] = await tx
        .select({ position: jobFileParts.position })
        .from(jobFileParts)
        .where(eq(jobFileParts.fileId, fileId))
        .orderBy(desc(jobFileParts.position))
        .limit(1);
      const parts = [...cutIntoParts(fileId, (last?.position ?? -1) + 1, bytes)];
      for (const slice of slicesOf(parts, PARTS_AT_ONCE)) {
        await tx.insert(jobFileParts).values(slice);
      }
      await tx
        .update(jobFiles)
        .set({ size: sql`${jobFiles.size} + ${bytes.byteLength}::bigint` })
        .where(isOwned(userId, fileId));
      return true;
    });
  }

  /**
   * Notes that a file tells of transcripts; it goes with any of them. To be called before anything of
   * them is written: what is deleted later takes the file with it, whatever is in it by then.
   *
   * @returns those that the user still has, in the order given; undefined where there is no such file
   *   that nobody else writes or deletes at this moment
   */
  async function linkTranscripts(
    userId: string,
    fileId: string,
    transcriptIds: readonly string[],
  ): Promise<string[] | undefined> {
    return db.transaction(async (tx) => {
      if (!(await lockFile(tx, userId, fileId))) return undefined;
      const found = await tx
        .select({ id: transcripts.id })
        .from(transcripts)
        .where(and(eq(transcripts.userId, userId), inArray(transcripts.id, [...transcriptIds])))
        .for('key share');
      const there = new Set(found.map(({ id }) => id));
      const kept = [...new Set(transcriptIds)].filter((id) => there.has(id));
      if (kept.length === 0) return kept;
      const links = kept.map((transcriptId) => ({ userId, fileId, transcriptId }));
      await tx.insert(jobFileTranscripts).values(links).onConflictDoNothing();
      return kept;
    });
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
   * The bytes of a file as it is at the first of them, a part at a time; nothing where there is no
   * such file. Between two parts no connection is held.
   *
   * @throws Error when the file is deleted before its end: half of it must not look like the whole
   */
  async function* read(userId: string, fileId: string): AsyncGenerator<Uint8Array, void> {
    let left = (await getById(userId, fileId))?.size ?? 0;
    for (let position = 0; left > 0; position += 1) {
      const [part] = await db
        .select({ bytes: jobFileParts.bytes })
        .from(jobFileParts)
        .innerJoin(jobFiles, and(eq(jobFiles.id, jobFileParts.fileId), isOwned(userId, fileId)))
        .where(and(eq(jobFileParts.fileId, fileId), eq(jobFileParts.position, position)));
      if (!part && position === 0) return;
      if (!part) throw new Error(`file ${fileId} was deleted while it was read`);
      left -= part.bytes.byteLength;
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

  /** Takes away what an attempt at a job has made. @returns how many files that were */
  async function deleteOutputs(userId: string, jobId: string): Promise<number> {
    const made = db
      .select({ id: jobFiles.id })
      .from(jobFiles)
      .where(
        and(eq(jobFiles.userId, userId), eq(jobFiles.jobId, jobId), eq(jobFiles.kind, 'output')),
      )
      .for('update', { skipLocked: true });
    const rows = await db
      .delete(jobFiles)
      .where(and(eq(jobFiles.userId, userId), inArray(jobFiles.id, made)))
      .returning({ id: jobFiles.id });
    return rows.length;
  }
}

async function lockFile(tx: Database, userId: string, fileId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: jobFiles.id })
    .from(jobFiles)
    .where(isOwned(userId, fileId))
    .for('no key update', { skipLocked: true });
  return rows.length > 0;
}

function* cutIntoParts(fileId: string, first: number, bytes: Uint8Array) {
  let position = first;
  for (let start = 0; start < bytes.byteLength; start += PART_BYTES) {
    yield { fileId, position, bytes: bytes.subarray(start, start + PART_BYTES) };
    position += 1;
  }
}

function isOwned(userId: string, fileId: string) {
  return and(eq(jobFiles.userId, userId), eq(jobFiles.id, fileId));
}
