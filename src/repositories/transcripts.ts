import { and, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesUnique } from '../db/errors.ts';
import { type Transcript, transcripts } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { inserted } from './inserted.ts';
import { afterCursor, keysetPage, orderOf } from './keyset.ts';
import type { Page } from './pagination.ts';
import {
  type TranscriptListRequest,
  transcriptMatches,
  transcriptOrder,
} from './transcript-list.ts';
import { createVocabularyRepository } from './vocabulary.ts';

export type TranscriptsRepository = ReturnType<typeof createTranscriptsRepository>;

/** A transcript without its text, which may be as long as a book. */
export type TranscriptSummary = Omit<Transcript, 'transcriptText'>;
export type TranscriptValues = Partial<
  Omit<Transcript, 'id' | 'userId' | 'createdAt' | 'updatedAt'>
>;

const { transcriptText: _text, ...summary } = getTableColumns(transcripts);

/** Transcripts, without their segments and chunks. */
export function createTranscriptsRepository(db: Database) {
  return {
    create,
    getById,
    getByVideoId,
    getOwnedIds,
    listIdsByVideo,
    listByUser,
    lock,
    update,
    delete: deleteById,
  };

  /** @throws AppError `video_already_imported` */
  async function create(userId: string, values: TranscriptValues = {}): Promise<TranscriptSummary> {
    return videoChecked(async () => {
      const [transcript] = await db
        .insert(transcripts)
        .values({ userId, ...values })
        .returning(summary);
      return inserted(transcript);
    });
  }

  async function getById(userId: string, id: string): Promise<TranscriptSummary | undefined> {
    const [transcript] = await db.select(summary).from(transcripts).where(isOwned(userId, id));
    return transcript;
  }

  async function getByVideoId(
    userId: string,
    youtubeVideoId: string,
  ): Promise<TranscriptSummary | undefined> {
    const [transcript] = await db
      .select(summary)
      .from(transcripts)
      .where(and(eq(transcripts.userId, userId), eq(transcripts.youtubeVideoId, youtubeVideoId)));
    return transcript;
  }

  /** Those of `ids` that are the user's. */
  async function getOwnedIds(userId: string, ids: string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await db
      .select({ id: transcripts.id })
      .from(transcripts)
      .where(and(eq(transcripts.userId, userId), inArray(transcripts.id, ids)));
    return rows.map((row) => row.id);
  }

  /** Which transcripts the user has of these videos: their ids by the videos'. */
  async function listIdsByVideo(
    userId: string,
    youtubeVideoIds: string[],
  ): Promise<Map<string, string>> {
    if (youtubeVideoIds.length === 0) return new Map();
    const rows = await db
      .select({ id: transcripts.id, video: transcripts.youtubeVideoId })
      .from(transcripts)
      .where(
        and(eq(transcripts.userId, userId), inArray(transcripts.youtubeVideoId, youtubeVideoIds)),
      );
    return new Map(rows.map(({ id, video }) => [video ?? '', id]));
  }

  /** The transcripts of a user that pass the filters of the request, in its order. */
  async function listByUser(
    userId: string,
    request: TranscriptListRequest,
  ): Promise<Page<TranscriptSummary>> {
    const { limit, cursor, ...filters } = request;
    const order = transcriptOrder(request);
    const rows = await db
      .select({ item: summary, key: order.key.exact })
      .from(transcripts)
      .where(
        and(eq(transcripts.userId, userId), transcriptMatches(filters), afterCursor(order, cursor)),
      )
      .orderBy(...orderOf(order))
      .limit(limit + 1);
    return keysetPage(rows, limit, order);
  }

  /**
   * Keeps a transcript as it is until the transaction ends: others can neither change nor delete it;
   * with `citations` they can also not cite it.
   */
  async function lock(
    userId: string,
    id: string,
    against: 'changes' | 'citations' = 'changes',
  ): Promise<TranscriptSummary | undefined> {
    const [transcript] = await db
      .select(summary)
      .from(transcripts)
      .where(isOwned(userId, id))
      .for(against === 'citations' ? 'update' : 'no key update');
    return transcript;
  }

  /** @throws AppError `video_already_imported` */
  async function update(
    userId: string,
    id: string,
    values: TranscriptValues,
  ): Promise<TranscriptSummary | undefined> {
    if (Object.keys(values).length === 0) return getById(userId, id);
    return videoChecked(async () => {
      const [transcript] = await db
        .update(transcripts)
        .set(values)
        .where(isOwned(userId, id))
        .returning(summary);
      return transcript;
    });
  }

  /** @returns whether there was such a transcript; all that was made of it goes with it, its words too */
  async function deleteById(userId: string, id: string): Promise<boolean> {
    return db.transaction(async (tx) => {
      const rows = await tx
        .delete(transcripts)
        .where(isOwned(userId, id))
        .returning({ id: transcripts.id });
      if (rows.length === 0) return false;
      await createVocabularyRepository(tx).sweep(userId);
      return true;
    });
  }
}

function isOwned(userId: string, id: string) {
  return and(eq(transcripts.userId, userId), eq(transcripts.id, id));
}

async function videoChecked<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatesUnique(error, 'transcripts_video_unique')) {
      throw new AppError('video_already_imported');
    }
    throw error;
  }
}
