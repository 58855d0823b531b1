import { and, asc, eq, gt, inArray, ne, notExists, sql } from 'drizzle-orm';
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

/** Which citations are wanted; all of them unless anything is given. */
type OutdatedOnly = {
  messageId?: string | undefined;
  after?: string | undefined;
  withoutAnchor?: boolean;
};

/** Where citations of earlier revisions are in the current ones. */
export function createCitationAnchorsRepository(db: Database) {
  return { keepCited, listOutdated, create, clear };

  /**
   * Keeps the citations of a transcript from being deleted until the transaction ends. Citations are
   * only deleted with their conversations, so it is these that are locked: whoever deletes one has
   * locked it first, and holds nothing yet that the transaction may need. Those that others are
   * about to delete are waited for.
   *
   * @returns the conversations that cite the transcript
   */
  async function keepCited(userId: string, transcriptId: string): Promise<string[]> {
    const cited = db
      .select({ id: messages.conversationId })
      .from(messages)
      .innerJoin(citations, eq(citations.messageId, messages.id))
      .where(eq(citations.transcriptId, transcriptId));
    const rows = await db
      .select({ id: conversations.id })
      .from(conversations)
      .where(and(eq(conversations.userId, userId), inArray(conversations.id, cited)))
      .orderBy(asc(conversations.id))
      .for('key share');
    return rows.map((row) => row.id);
  }

  /**
   * The citations of a transcript that were made from another revision than `revision`, by id; all
   * of them unless it is given.
   *
   * @param only the citations of one message, those behind the last one of the page before, or those
   *   of which it is not noted where they are
   */
  async function listOutdated(
    userId: string,
    transcriptId: string,
    revision: number | undefined,
    limit: number,
    { messageId, after, withoutAnchor }: OutdatedOnly = {},
  ): Promise<CarriedCitation[]> {
    const anchor = db
      .select({ id: citationAnchors.citationId })
      .from(citationAnchors)
      .where(eq(citationAnchors.citationId, citations.id));
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
          revision === undefined ? undefined : ne(citations.revision, revision),
          messageId === undefined ? undefined : eq(citations.messageId, messageId),
          after === undefined ? undefined : gt(citations.id, after),
          withoutAnchor ? notExists(anchor) : undefined,
        ),
      )
      .orderBy(asc(citations.id))
      .limit(limit);
  }

  /**
   * Notes where citations of a transcript are now; they must have no anchors. Those that are gone,
   * or were made from the very revision, are left out.
   */
  async function create(
    userId: string,
    transcriptId: string,
    anchors: readonly NewAnchor[],
  ): Promise<void> {
    if (anchors.length === 0) return;
    await db.execute(sql`
      insert into ${citationAnchors}
        (citation_id, status, revision_number, first_segment, last_segment, start_ms, end_ms)
      select r.* from json_to_recordset(${JSON.stringify(anchors)}::json) as r(
        "citationId" uuid, "status" text, "revision" integer, "firstSegment" integer,
        "lastSegment" integer, "startMs" integer, "endMs" integer)
      join ${citations} on ${citations.id} = r."citationId" and ${citations.revision} <> r."revision"
      where ${isOf(userId, transcriptId)}`);
  }

  /** Forgets where the citations of a transcript are. */
  async function clear(userId: string, transcriptId: string): Promise<void> {
    await db
      .delete(citationAnchors)
      .where(inArray(citationAnchors.citationId, idsOf(userId, transcriptId)));
  }

  function idsOf(userId: string, transcriptId: string) {
    return db.select({ id: citations.id }).from(citations).where(isOf(userId, transcriptId));
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
