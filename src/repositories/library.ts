import { and, asc, eq, inArray, sql } from 'drizzle-orm';
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
import { chunkInScope, isOfWholeTranscripts, transcriptInScope } from './scope-condition.ts';

export type LibraryRepository = ReturnType<typeof createLibraryRepository>;
export type Passage = Awaited<ReturnType<LibraryRepository['getPassages']>>[number];

/** A chunk by its transcript and its index. */
export type Place = { transcriptId: string; chunkIndex: number };
/** How much a scope holds. */
export type Extent = { transcripts: number; chunks: number };

/** The chunks of a scope together with the transcripts that they are of, as search shows them. */
export function createLibraryRepository(db: Database) {
  return { measure, getPassages, listNeighbours, listRecentChunkIds };

  /** Counts what a scope holds; from the statistics alone, where whole transcripts are in it. */
  async function measure(userId: string, scope: ResolvedScope): Promise<Extent> {
    const [extent] = isOfWholeTranscripts(scope)
      ? await db
          .select({
            transcripts: sql<number>`count(*)::integer`,
            chunks: sql<number>`coalesce(sum(${corpusStats.chunkCount}), 0)::integer`,
          })
          .from(corpusStats)
          .where(
            and(eq(corpusStats.userId, userId), transcriptInScope(corpusStats.transcriptId, scope)),
          )
      : await db
          .select({
            transcripts: sql<number>`count(distinct ${chunks.transcriptId})::integer`,
            chunks: sql<number>`count(*)::integer`,
          })
          .from(chunks)
          .where(and(eq(chunks.userId, userId), chunkInScope(userId, scope)));
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

  /**
   * The chunks around each of `places`, in order, as far as in scope; a chunk that is near two of them
   * comes twice.
   *
   * @param size how many before and after
   * @returns `place` counts the places from 0
   */
  async function listNeighbours(
    userId: string,
    places: readonly Place[],
    size: number,
    scope: ResolvedScope = {},
  ) {
    if (places.length === 0) return [];
    const transcriptIds = sql.param(places.map((place) => place.transcriptId));
    const indexes = sql.param(places.map((place) => place.chunkIndex));
    const around = sql`unnest(${transcriptIds}::uuid[], ${indexes}::integer[])
      with ordinality as around(transcript_id, chunk_index, place)`;
    return db
      .select({
        place: sql<number>`(around.place - 1)::integer`,
        chunkId: chunks.id,
        chunkIndex: chunks.chunkIndex,
        startMs: chunks.startMs,
        endMs: chunks.endMs,
        text: chunks.chunkText,
      })
      .from(around)
      .innerJoin(
        chunks,
        and(
          eq(chunks.userId, userId),
          sql`${chunks.transcriptId} = around.transcript_id`,
          sql`${chunks.chunkIndex} between around.chunk_index - ${size}::integer
            and around.chunk_index + ${size}::integer`,
          chunkInScope(userId, scope),
        ),
      )
      .orderBy(sql`around.place`, asc(chunks.chunkIndex));
  }

  /**
   * The chunks of a scope but for `except`: the newest transcripts first, each from its beginning.
   * Walks the transcripts until there are enough, however many follow.
   */
  async function listRecentChunkIds(
    userId: string,
    scope: ResolvedScope,
    except: readonly string[],
    limit: number,
  ): Promise<string[]> {
    const first = db
      .select({ id: chunks.id, chunkIndex: chunks.chunkIndex })
      .from(chunks)
      .where(
        and(
          eq(chunks.transcriptId, transcripts.id),
          chunkInScope(userId, scope),
          sql`${chunks.id} <> all(${sql.param([...except])}::uuid[])`,
        ),
      )
      .orderBy(asc(chunks.chunkIndex))
      .limit(limit)
      .as('first');
    const rows = await db
      .select({ id: first.id })
      .from(transcripts)
      .crossJoinLateral(first)
      .where(and(eq(transcripts.userId, userId), transcriptInScope(transcripts.id, scope)))
      // As the index has them.
      .orderBy(
        sql`${transcripts.createdAt} desc nulls first`,
        sql`${transcripts.id} desc nulls first`,
        asc(first.chunkIndex),
      )
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
