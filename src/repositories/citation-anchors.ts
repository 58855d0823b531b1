import { and, asc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  type Citation,
  type CitationAnchor,
  citationAnchors,
  citations,
  conversations,
  messages,
} from '../db/schema/index.ts';

export type CitationAnchorsRepository = ReturnType<typeof createCitationAnchorsRepository>;
export type NewAnchor = Omit<CitationAnchor, 'createdAt'>;
/** What has to be found again of a citation. */
export type CarriedCitation = Pick<
  Citation,
  'id' | 'revision' | 'quote' | 'startMs' | 'endMs' | 'firstSegment' | 'lastSegment'
>;

/** Where citations of earlier revisions are in the current ones. */
export function createCitationAnchorsRepository(db: Database) {
  return { listOutdated, replace };

  /**
   * The citations of a transcript that were made from another revision than `revision`, by id.
   *
   * @param after the id of the last one of the page before
   */
  async function listOutdated(
    userId: string,
    transcriptId: string,
    revision: number,
    limit: number,
    after?: string,
  ): Promise<CarriedCitation[]> {
    return db
      .select({
        id: citations.id,
        revision: citations.revision,
        quote: citations.quote,
        startMs: citations.startMs,
        endMs: citations.endMs,
        firstSegment: citations.firstSegment,
        lastSegment: citations.lastSegment,
      })
      .from(citations)
      .where(
        and(
          isOf(userId, transcriptId),
          ne(citations.revision, revision),
          after === undefined ? undefined : gt(citations.id, after),
        ),
      )
      .orderBy(asc(citations.id))
      .limit(limit);
  }

  /** Forgets where the citations of a transcript were, and notes where they are now. */
  async function replace(
    userId: string,
    transcriptId: string,
    anchors: readonly NewAnchor[],
  ): Promise<void> {
    const own = db.select({ id: citations.id }).from(citations).where(isOf(userId, transcriptId));
    await db.delete(citationAnchors).where(inArray(citationAnchors.citationId, own));
    await db.execute(sql`
      insert into ${citationAnchors}
        (citation_id, status, revision_number, first_segment, last_segment, start_ms, end_ms)
      select r.* from json_to_recordset(${JSON.stringify(anchors)}::json) as r(
        "citationId" uuid, "status" text, "revision" integer, "firstSegment" integer,
        "lastSegment" integer, "startMs" integer, "endMs" integer)
      where r."citationId" in ${own}`);
  }

  function isOf(userId: string, transcriptId: string) {
    const own = db
      .select({ id: messages.id })
      .from(messages)
      .innerJoin(conversations, eq(conversations.id, messages.conversationId))
      .where(eq(conversations.userId, userId));
    return and(eq(citations.transcriptId, transcriptId), inArray(citations.messageId, own));
  }
}
