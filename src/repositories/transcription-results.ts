import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesForeignKey } from '../db/errors.ts';
import { type TranscriptionResult, transcriptionResults } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { inserted } from './inserted.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type TranscriptionResultsRepository = ReturnType<
  typeof createTranscriptionResultsRepository
>;
/** All but the recording may be left out; who knows the first pipeline alone leaves out the rest. */
export type NewTranscriptionResult = Pick<TranscriptionResult, 'mediaFileId'> &
  Partial<Omit<TranscriptionResult, 'userId' | 'createdAt' | 'updatedAt'>>;

/** What recognisers made of recordings. */
export function createTranscriptionResultsRepository(db: Database) {
  return { create, getById, listByMediaFile, update, addPiece };

  /** @throws AppError `not_found` when the user has no such recording */
  async function create(
    userId: string,
    values: NewTranscriptionResult,
  ): Promise<TranscriptionResult> {
    try {
      const [result] = await db
        .insert(transcriptionResults)
        .values({ ...values, userId })
        .returning();
      return inserted(result);
    } catch (error) {
      if (violatesForeignKey(error, 'transcription_results_media_file_fk')) {
        throw new AppError('not_found');
      }
      throw error;
    }
  }

  async function getById(userId: string, id: string): Promise<TranscriptionResult | undefined> {
    const [result] = await db.select().from(transcriptionResults).where(isOwned(userId, id));
    return result;
  }

  /** The newest first. */
  async function listByMediaFile(
    userId: string,
    mediaFileId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<TranscriptionResult>> {
    const { createdAt, id } = transcriptionResults;
    const rows = await db
      .select({ item: getTableColumns(transcriptionResults), at: exactTime(createdAt) })
      .from(transcriptionResults)
      .where(
        and(
          eq(transcriptionResults.userId, userId),
          eq(transcriptionResults.mediaFileId, mediaFileId),
          olderThan(createdAt, id, cursor),
        ),
      )
      .orderBy(desc(createdAt), desc(id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  async function update(
    userId: string,
    id: string,
    values: Partial<Omit<NewTranscriptionResult, 'id' | 'mediaFileId'>>,
  ): Promise<TranscriptionResult | undefined> {
    const [result] = await db
      .update(transcriptionResults)
      .set(values)
      .where(isOwned(userId, id))
      .returning();
    return result;
  }

  /**
   * Keeps the answer to one piece of a recording, behind those that are kept.
   *
   * @param index of the piece, from 0; one that is kept already stays as it is
   * @returns whether the user has such a result
   */
  async function addPiece(
    userId: string,
    id: string,
    index: number,
    piece: object,
  ): Promise<boolean> {
    const { rawContent } = transcriptionResults;
    const kept = sql`coalesce(${rawContent} -> 'pieces', '[]')`;
    const rows = await db
      .update(transcriptionResults)
      .set({
        rawContent: sql`case when jsonb_array_length(${kept}) = ${index}
          then jsonb_build_object('pieces', ${kept} || jsonb_build_array(${JSON.stringify(piece)}::jsonb))
          else ${rawContent} end`,
      })
      .where(isOwned(userId, id))
      .returning({ id: transcriptionResults.id });
    return rows.length > 0;
  }
}

function isOwned(userId: string, id: string) {
  return and(eq(transcriptionResults.userId, userId), eq(transcriptionResults.id, id));
}
