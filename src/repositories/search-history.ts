import { and, asc, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatesForeignKey } from '../db/errors.ts';
import {
  chunks,
  type SearchQuery,
  type SearchResultRow,
  searchQueries,
  searchResults,
  transcripts,
  users,
} from '../db/schema/index.ts';
import { exactTime, olderThan, type Page, type PageRequest, timePage } from './pagination.ts';

export type SearchHistoryRepository = ReturnType<typeof createSearchHistoryRepository>;
type FinishedSearch = Pick<SearchQuery, 'query' | 'scope' | 'settings' | 'tookMs'> & {
  /** In the order in which they were answered. */
  hits: readonly Pick<
    SearchResultRow,
    'transcriptId' | 'chunkId' | 'startMs' | 'endMs' | 'score' | 'scores'
  >[];
};
/** A hit by its place among the hits, or by its chunk. */
type HitName = { rank?: number | undefined; chunkId?: string | undefined };

/** What users searched for, what they found, and what they thought of it. */
export function createSearchHistoryRepository(db: Database) {
  return { keep, listByUser, getById, listHits, judge, delete: deleteById, deleteAll, deleteOlder };

  /**
   * Keeps a search, unless its user does not want that.
   *
   * @returns its id, or null when it was not kept
   */
  async function keep(userId: string, search: FinishedSearch): Promise<string | null> {
    const { hits, query, scope, settings, tookMs } = search;
    const rows = hits.map(({ transcriptId, chunkId, startMs, endMs, score, scores }, index) => ({
      rank: index + 1,
      transcriptId,
      chunkId,
      startMs,
      endMs,
      // The column has single precision; what is too small for it is nothing.
      score: Math.fround(score),
      scores,
    }));
    try {
      // In one statement: a search is kept on the way of every answer.
      const kept = db.$with('kept', { id: sql<string>`id`.as('id') }).as(sql`
        insert into ${searchQueries} (user_id, query, scope, settings, took_ms)
        select id, ${query}::text, ${JSON.stringify(scope)}::jsonb,
          ${JSON.stringify(settings)}::jsonb, ${tookMs}::real
        from ${users} where id = ${userId} and search_history
        returning id`);
      // What was deleted since it was found is not kept.
      const found = db.$with('found', { id: sql<string>`id`.as('id') }).as(sql`
        insert into ${searchResults} (query_id, user_id, rank, transcript_id, chunk_id, start_ms,
          end_ms, score, scores)
        select kept.id, ${userId}::uuid, r."rank", t.id, c.id, r."startMs", r."endMs", r."score",
          r."scores"
        from kept, json_to_recordset(${JSON.stringify(rows)}::json) as r("rank" integer,
          "transcriptId" uuid, "chunkId" uuid, "startMs" integer, "endMs" integer, "score" real,
          "scores" jsonb)
        join ${transcripts} as t on t.user_id = ${userId} and t.id = r."transcriptId"
        left join ${chunks} as c on c.user_id = ${userId} and c.id = r."chunkId"
        returning query_id as id`);
      const [row] = await db.with(kept, found).select({ id: kept.id }).from(kept);
      return row?.id ?? null;
    } catch (error) {
      // Deleted in this very moment. The search was answered; that it is not kept does no harm.
      if (violatesForeignKey(error, 'search_results_transcript_fk')) return null;
      if (violatesForeignKey(error, 'search_results_chunk_id_chunks_id_fk')) return null;
      throw error;
    }
  }

  /** The searches that were kept, the newest first. */
  async function listByUser(
    userId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<SearchQuery>> {
    const rows = await db
      .select({ item: getTableColumns(searchQueries), at: exactTime(searchQueries.createdAt) })
      .from(searchQueries)
      .where(
        and(
          eq(searchQueries.userId, userId),
          olderThan(searchQueries.createdAt, searchQueries.id, cursor),
        ),
      )
      .orderBy(desc(searchQueries.createdAt), desc(searchQueries.id))
      .limit(limit + 1);
    return timePage(rows, limit);
  }

  async function getById(userId: string, id: string): Promise<SearchQuery | undefined> {
    const [search] = await db.select().from(searchQueries).where(isOwned(userId, id));
    return search;
  }

  /** The hits of a search in their order; at most 100, as many as a search answers. */
  async function listHits(userId: string, id: string): Promise<SearchResultRow[]> {
    return db
      .select()
      .from(searchResults)
      .where(and(eq(searchResults.userId, userId), eq(searchResults.queryId, id)))
      .orderBy(asc(searchResults.rank));
  }

  /**
   * Notes what the user thinks of a hit; null takes it back.
   *
   * @returns the hit, or undefined when there is none of this name
   */
  async function judge(
    userId: string,
    id: string,
    { rank, chunkId }: HitName,
    verdict: SearchResultRow['verdict'],
  ): Promise<SearchResultRow | undefined> {
    const [hit] = await db
      .update(searchResults)
      .set({ verdict, judgedAt: verdict === null ? null : sql`now()` })
      .where(
        and(
          eq(searchResults.userId, userId),
          eq(searchResults.queryId, id),
          rank === undefined ? undefined : eq(searchResults.rank, rank),
          chunkId === undefined ? undefined : eq(searchResults.chunkId, chunkId),
        ),
      )
      .returning();
    return hit;
  }

  /** @returns whether there was such a search; its hits go with it */
  async function deleteById(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(searchQueries)
      .where(isOwned(userId, id))
      .returning({ id: searchQueries.id });
    return rows.length > 0;
  }

  /** Removes every search of the user. @returns how many there were */
  async function deleteAll(userId: string): Promise<number> {
    const rows = await db
      .delete(searchQueries)
      .where(eq(searchQueries.userId, userId))
      .returning({ id: searchQueries.id });
    return rows.length;
  }

  /** Removes, for everybody, what was searched before `time`. @returns how many */
  async function deleteOlder(time: Date): Promise<number> {
    const rows = await db
      .delete(searchQueries)
      .where(lt(searchQueries.createdAt, time))
      .returning({ id: searchQueries.id });
    return rows.length;
  }
}

function isOwned(userId: string, id: string) {
  return and(eq(searchQueries.userId, userId), eq(searchQueries.id, id));
}
