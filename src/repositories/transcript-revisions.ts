import { type AnyColumn, and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesUnique } from '../db/errors.ts';
import {
  segments,
  type TranscriptRevision,
  transcriptRevisions,
  transcripts,
} from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import { inserted } from './inserted.ts';
import { keyPage, numberAfter, type Page, type PageRequest } from './pagination.ts';

export type TranscriptRevisionsRepository = ReturnType<typeof createTranscriptRevisionsRepository>;
export type NewRevision = Pick<
  TranscriptRevision,
  'transcriptId' | 'number' | 'format' | 'language' | 'contentHash' | 'receipt'
> &
  Partial<
    Pick<
      TranscriptRevision,
      'trackKind' | 'madeBy' | 'baseNumber' | 'provenance' | 'transcriptionResultId'
    >
  >;

/** What may be known of segments beside times, speakers and text. */
export type SegmentDetails = { words: boolean; confidence: boolean; recognition: boolean };

/** The versions of transcripts; the current one is what is read, searched and cited. */
export function createTranscriptRevisionsRepository(db: Database) {
  return { create, getByNumber, getCurrent, getImported, getSame, lastNumber, listByTranscript };

  /** @throws AppError `conflict` when the user imports the same content at the same moment */
  async function create(userId: string, values: NewRevision): Promise<TranscriptRevision> {
    try {
      const [revision] = await db
        .insert(transcriptRevisions)
        .values({ userId, ...values })
        .returning();
      return inserted(revision);
    } catch (error) {
      if (violatesUnique(error, 'transcript_revisions_import_unique')) {
        throw new AppError('conflict', 'The same content is being imported by another request.');
      }
      throw error;
    }
  }

  /** The revision that a transcript is read, searched and cited by. */
  async function getCurrent(
    userId: string,
    transcriptId: string,
  ): Promise<TranscriptRevision | undefined> {
    const [found] = await db
      .select({ revision: transcriptRevisions })
      .from(transcripts)
      .innerJoin(transcriptRevisions, eq(transcriptRevisions.id, transcripts.currentRevisionId))
      .where(and(eq(transcripts.userId, userId), eq(transcripts.id, transcriptId)));
    return found?.revision;
  }

  async function getByNumber(
    userId: string,
    transcriptId: string,
    number: number,
  ): Promise<TranscriptRevision | undefined> {
    const [revision] = await db
      .select()
      .from(transcriptRevisions)
      .where(and(isOf(userId, transcriptId), eq(transcriptRevisions.number, number)));
    return revision;
  }

  /** The first revision of the transcript that the user made of this content, if there is one. */
  async function getImported(
    userId: string,
    contentHash: string,
  ): Promise<TranscriptRevision | undefined> {
    const [revision] = await db
      .select()
      .from(transcriptRevisions)
      .where(
        and(
          eq(transcriptRevisions.userId, userId),
          eq(transcriptRevisions.contentHash, contentHash),
          eq(transcriptRevisions.number, 1),
        ),
      );
    return revision;
  }

  /**
   * The latest revision of a transcript with this content, if there is one.
   *
   * @param details what its segments must know as well
   * @param language of the revision, where that matters
   */
  async function getSame(
    userId: string,
    transcriptId: string,
    contentHash: string,
    details: SegmentDetails,
    language?: string | null,
  ): Promise<TranscriptRevision | undefined> {
    const knows = (column: AnyColumn) => sql`exists (select from ${segments}
      where ${segments.revisionId} = ${transcriptRevisions.id} and ${column} is not null)`;
    const [revision] = await db
      .select()
      .from(transcriptRevisions)
      .where(
        and(
          isOf(userId, transcriptId),
          eq(transcriptRevisions.contentHash, contentHash),
          details.words ? knows(segments.words) : undefined,
          details.confidence ? knows(segments.confidence) : undefined,
          details.recognition ? knows(segments.recognition) : undefined,
          language === undefined
            ? undefined
            : sql`${transcriptRevisions.language} is not distinct from ${language}`,
        ),
      )
      .orderBy(desc(transcriptRevisions.number))
      .limit(1);
    return revision;
  }

  /** The highest number that a revision of the transcript has; 0 without any. */
  async function lastNumber(userId: string, transcriptId: string): Promise<number> {
    const [last] = await db
      .select({ number: transcriptRevisions.number })
      .from(transcriptRevisions)
      .where(isOf(userId, transcriptId))
      .orderBy(desc(transcriptRevisions.number))
      .limit(1);
    return last?.number ?? 0;
  }

  async function listByTranscript(
    userId: string,
    transcriptId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<TranscriptRevision>> {
    const rows = await db
      .select()
      .from(transcriptRevisions)
      .where(and(isOf(userId, transcriptId), gt(transcriptRevisions.number, numberAfter(cursor))))
      .orderBy(asc(transcriptRevisions.number))
      .limit(limit + 1);
    return keyPage(rows, limit, (row) => row.number);
  }
}

function isOf(userId: string, transcriptId: string) {
  return and(
    eq(transcriptRevisions.userId, userId),
    eq(transcriptRevisions.transcriptId, transcriptId),
  );
}
