import { randomUUID } from 'node:crypto';
import { and, asc, count, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesForeignKey, violatesUnique } from '../db/errors.ts';
import { type Chunk, chunks, transcriptRevisions, transcripts } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { cutPage, numbersAfter, type Page, type PageRequest } from './pagination.ts';
import { slicesOf } from './slices.ts';

export type ChunksRepository = ReturnType<typeof createChunksRepository>;
/** A chunk as it is read: the full-text document stays in the database. */
export type StoredChunk = Omit<Chunk, 'searchVector'>;
export type NewChunk = Pick<
  Chunk,
  'chunkIndex' | 'chunkText' | 'tokenCount' | 'startMs' | 'endMs' | 'firstSegment' | 'lastSegment'
>;

/** Rows in one statement: large enough to be fast, small enough for the statement time-out. */
const BATCH = 2_000;

const { searchVector: _vector, ...stored } = getTableColumns(chunks);

/** The runs of segments that are embedded and retrieved. */
export function createChunksRepository(db: Database) {
  return { createMany, getByIds, listByTranscript, hasAll, deleteByTranscript, deleteOthers };

  /**
   * Adds chunks to a transcript of the user's.
   *
   * @param searchConfig the text search configuration of the transcript's language
   * @returns the ids of the new rows, in the order of `values`
   * @throws AppError `chunk_index_taken`, or `not_found` when the transcript is not the user's
   */
  async function createMany(
    userId: string,
    transcriptId: string,
    searchConfig: string,
    values: readonly NewChunk[],
  ): Promise<string[]> {
    const rows = values.map((value) => ({ id: randomUUID(), ...value }));
    try {
      for (const batch of slicesOf(rows, BATCH)) {
        // One JSON parameter instead of one for each value: faster, and not limited to 65,535.
        await db.execute(sql`
          insert into ${chunks} (user_id, transcript_id, search_config, id, chunk_index, chunk_text,
            token_count, start_ms, end_ms, first_segment, last_segment)
          select ${userId}::uuid, ${transcriptId}::uuid, ${searchConfig}::text, r.*
          from json_to_recordset(${JSON.stringify(batch)}::json) as r(
            "id" uuid, "chunkIndex" integer, "chunkText" text, "tokenCount" integer,
            "startMs" integer, "endMs" integer, "firstSegment" integer, "lastSegment" integer)`);
      }
    } catch (error) {
      if (violatesUnique(error, 'chunks_transcript_id_chunk_index_unique')) {
        throw new AppError('chunk_index_taken');
      }
      if (violatesForeignKey(error, 'chunks_transcript_fk')) throw new AppError('not_found');
      throw error;
    }
    return rows.map((row) => row.id);
  }

  /** Those of `ids` that are the user's, in the order of `ids`. */
  async function getByIds(userId: string, ids: readonly string[]): Promise<StoredChunk[]> {
    if (ids.length === 0) return [];
    const rows = await db
      .select(stored)
      .from(chunks)
      .where(and(eq(chunks.userId, userId), inArray(chunks.id, [...ids])));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /**
   * The chunks of a transcript's current revision.
   *
   * @throws AppError `invalid_cursor` also when another revision has become the current one since
   */
  async function listByTranscript(
    userId: string,
    transcriptId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<StoredChunk>> {
    const [chunkIndex = -1, revision] = numbersAfter(cursor, 2);
    const current = db
      .select({ number: transcriptRevisions.number })
      .from(transcripts)
      .innerJoin(transcriptRevisions, eq(transcriptRevisions.id, transcripts.currentRevisionId))
      .where(and(eq(transcripts.userId, userId), eq(transcripts.id, transcriptId)));
    const rows = await db
      .select({ ...stored, revision: sql<number>`coalesce(${current}, 0)` })
      .from(chunks)
      .where(and(isOf(userId, transcriptId), gt(chunks.chunkIndex, chunkIndex)))
      .orderBy(asc(chunks.chunkIndex))
      .limit(limit + 1);
    if (revision !== undefined && rows.some((row) => row.revision !== revision)) {
      throw new AppError('invalid_cursor', 'The transcript has another revision by now.');
    }
    return cutPage(rows, limit, (row) => [row.chunkIndex, row.revision]);
  }

  /** Whether a transcript has all of these chunks. */
  async function hasAll(
    userId: string,
    transcriptId: string,
    ids: readonly string[],
  ): Promise<boolean> {
    const [row] = await db
      .select({ found: count() })
      .from(chunks)
      .where(and(isOf(userId, transcriptId), sql`${chunks.id} = any(${uuids(ids)})`));
    return row?.found === ids.length;
  }

  /** @returns how many there were; their embeddings go with them, their postings do not */
  async function deleteByTranscript(userId: string, transcriptId: string): Promise<number> {
    return deleteOthers(userId, transcriptId, []);
  }

  /** Removes the chunks of a transcript but for some. @returns how many */
  async function deleteOthers(
    userId: string,
    transcriptId: string,
    keptIds: readonly string[],
  ): Promise<number> {
    const others = sql`${chunks.id} <> all(${uuids(keptIds)})`;
    const rows = await db
      .delete(chunks)
      .where(and(isOf(userId, transcriptId), others))
      .returning({ id: chunks.id });
    return rows.length;
  }
}

/** One parameter, whatever their number. */
function uuids(ids: readonly string[]) {
  return sql`${sql.param([...ids])}::uuid[]`;
}

function isOf(userId: string, transcriptId: string) {
  return and(eq(chunks.userId, userId), eq(chunks.transcriptId, transcriptId));
}
