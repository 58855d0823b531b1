import { and, asc, between, desc, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  chunks,
  corpusStats,
  segments,
  transcriptRevisions,
  transcripts,
} from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { chunkInScope } from './scope-condition.ts';

export type LibraryRepository = ReturnType<typeof createLibraryRepository>;
export type Passage = Awaited<ReturnType<LibraryRepository['getPassages']>>[number];
/** Around the words that match; control characters, which no transcript contains by accident. */
export const MARK_START = '\u0002';
export const MARK_STOP = '\u0003';

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
   * @param terms their words are marked in `headline`, which is the text with {@link MARK_START}
   *   and {@link MARK_STOP} around them
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
        headline: headline(terms),
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

  /** The chunks of a transcript with an index from `first` to `last`, in order. */
  async function listNeighbours(userId: string, transcriptId: string, first: number, last: number) {
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

/** PostgreSQL knows which words a term stands for; nobody else stems exactly like it. */
function headline(terms: readonly string[]): SQL<string> {
  if (terms.length === 0) return sql<string>`${chunks.chunkText}`;
  const query = terms.map(quoteLexeme).join(' | ');
  const options = `HighlightAll=true, StartSel="${MARK_START}", StopSel="${MARK_STOP}"`;
  return sql<string>`ts_headline(${chunks.searchConfig}::regconfig, ${chunks.chunkText},
    ${query}::tsquery, ${options})`;
}

/** https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY */
function quoteLexeme(term: string): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
