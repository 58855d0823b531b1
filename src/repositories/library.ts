import { and, asc, between, desc, eq, inArray, notInArray, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  chunks,
  corpusStats,
  segments,
  transcriptRevisions,
  transcripts,
} from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { headline } from './headline.ts';
import { chunkInScope } from './scope-condition.ts';

export type LibraryRepository = ReturnType<typeof createLibraryRepository>;
export type Passage = Awaited<ReturnType<LibraryRepository['getPassages']>>[number];

/** How much a scope holds. */
export type Extent = { transcripts: number; chunks: number };

/** The chunks of a scope together with the transcripts that they are of, as search shows them. */
export function createLibraryRepository(db: Database) {
  return { measure, getPassages, listNeighbours, listRecentChunkIds };

  /** Counts what a scope holds. The whole library is counted from its statistics alone. */
  async function measure(userId: string, scope: ResolvedScope): Promise<Extent> {
    const inScope = chunkInScope(userId, scope);
    const [extent] = inScope
      ? await db
          .select({
            transcripts: sql<number>`count(distinct ${chunks.transcriptId})::integer`,
            chunks: sql<number>`count(*)::integer`,
          })
          .from(chunks)
          .where(and(eq(chunks.userId, userId), inScope))
      : await db
          .select({
            transcripts: sql<number>`count(*)::integer`,
            chunks: sql<number>`coalesce(sum(${corpusStats.chunkCount}), 0)::integer`,
          })
          .from(corpusStats)
          .where(eq(corpusStats.userId, userId));
    return extent ?? { transcripts: 0, chunks: 0 };
  }

  /**
   * The user's chunks of these ids, in no order, each with its speaker where only one speaks.
   *
   * @param terms their words are marked in `headline`; see there
   */
  async function getPassages(
    userId: string,
    chunkIds: readonly string[],
    terms: readonly string[] = [],
  ) {
    if (chunkIds.length === 0) return [];
    return db
      .select({
        chunkId: chunks.id,
        chunkIndex: chunks.chunkIndex,
        transcriptId: chunks.transcriptId,
        text: chunks.chunkText,
        startMs: chunks.startMs,
        endMs: chunks.endMs,
        firstSegment: chunks.firstSegment,
        lastSegment: chunks.lastSegment,
        searchConfig: chunks.searchConfig,
        headline: headline(chunks.searchConfig, chunks.chunkText, terms),
        speaker: onlySpeaker,
        title: transcripts.title,
        youtubeVideoId: transcripts.youtubeVideoId,
        duration: transcripts.duration,
        revision: transcriptRevisions.number,
      })
      .from(chunks)
      .innerJoin(transcripts, eq(transcripts.id, chunks.transcriptId))
      .innerJoin(transcriptRevisions, eq(transcriptRevisions.id, transcripts.currentRevisionId))
      .where(and(eq(chunks.userId, userId), inArray(chunks.id, [...chunkIds])));
  }

  /** The chunks of a transcript with an index from `first` to `last`, in order, as far as in scope. */
  async function listNeighbours(
    userId: string,
    transcriptId: string,
    first: number,
    last: number,
    scope: ResolvedScope = {},
  ) {
    return db
      .select({
        chunkId: chunks.id,
        chunkIndex: chunks.chunkIndex,
        startMs: chunks.startMs,
        endMs: chunks.endMs,
        text: chunks.chunkText,
      })
      .from(chunks)
      .where(
        and(
          eq(chunks.userId, userId),
          eq(chunks.transcriptId, transcriptId),
          between(chunks.chunkIndex, first, last),
          chunkInScope(userId, scope),
        ),
      )
      .orderBy(asc(chunks.chunkIndex));
  }

  /** The chunks of a scope but for `except`: the newest transcripts first, each from its beginning. */
  async function listRecentChunkIds(
    userId: string,
    scope: ResolvedScope,
    except: readonly string[],
    limit: number,
  ): Promise<string[]> {
    const rows = await db
      .select({ id: chunks.id })
      .from(chunks)
      .innerJoin(transcripts, eq(transcripts.id, chunks.transcriptId))
      .where(
        and(
          eq(chunks.userId, userId),
          chunkInScope(userId, scope),
          except.length > 0 ? notInArray(chunks.id, [...except]) : undefined,
        ),
      )
      .orderBy(desc(transcripts.createdAt), asc(transcripts.id), asc(chunks.chunkIndex))
      .limit(limit);
    return rows.map((row) => row.id);
  }
}

const onlySpeaker = sql<string | null>`(
  select case when count(distinct coalesce(${segments.speaker}, '')) = 1
    then min(${segments.speaker}) end
  from ${segments}
  where ${segments.revisionId} = ${transcripts.currentRevisionId}
    and ${segments.position} between ${chunks.firstSegment} and ${chunks.lastSegment})`;
