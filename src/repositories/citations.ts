import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  type Citation,
  type CitationAnchor,
  citationAnchors,
  citations,
  messages,
  transcripts,
} from '../db/schema/index.ts';

/** What a citation is made of before its message is stored. */
export type NewCitation = Omit<Citation, 'id' | 'messageId' | 'createdAt'>;

/** A stored citation with what its deep link is built from when it is read. */
export type CitationWithMoment = NewCitation & {
  youtubeVideoId: string | null;
  duration: number | null;
  /** Where it is in the current revision; null where that is the one that was cited. */
  anchor: Omit<CitationAnchor, 'citationId' | 'createdAt'> | null;
};

/** A column for queries on messages: the citations of the message, by number. */
export const citationsOfMessage = sql<CitationWithMoment[]>`(
  select coalesce(json_agg(json_build_object(
    'number', ${citations.number}, 'transcriptId', ${citations.transcriptId},
    'revision', ${citations.revision}, 'firstSegment', ${citations.firstSegment},
    'lastSegment', ${citations.lastSegment}, 'startMs', ${citations.startMs},
    'endMs', ${citations.endMs}, 'speaker', ${citations.speaker}, 'quote', ${citations.quote},
    'quoteMatch', ${citations.quoteMatch}, 'answerStart', ${citations.answerStart},
    'answerEnd', ${citations.answerEnd}, 'youtubeVideoId', ${transcripts.youtubeVideoId},
    'duration', ${transcripts.duration},
    'anchor', case when ${citationAnchors.citationId} is not null then json_build_object(
      'status', ${citationAnchors.status}, 'revision', ${citationAnchors.revision},
      'firstSegment', ${citationAnchors.firstSegment},
      'lastSegment', ${citationAnchors.lastSegment},
      'startMs', ${citationAnchors.startMs}, 'endMs', ${citationAnchors.endMs}) end
  ) order by ${citations.number}), '[]'::json)
  from ${citations} left join ${transcripts} on ${transcripts.id} = ${citations.transcriptId}
    left join ${citationAnchors} on ${citationAnchors.citationId} = ${citations.id}
  where ${citations.messageId} = ${messages.id}
)`.as('citations');

/** Adds the citations of a message. A transcript that was deleted meanwhile is cited without a link. */
export async function insertCitations(
  db: Database,
  userId: string,
  messageId: string,
  cited: readonly NewCitation[],
): Promise<void> {
  const ids = [...new Set(cited.flatMap(({ transcriptId }) => transcriptId ?? []))];
  // Locked in one order, they stay until the citations point at them.
  const there = await db
    .select({ id: transcripts.id })
    .from(transcripts)
    .where(
      and(eq(transcripts.userId, userId), sql`${transcripts.id} = any(${sql.param(ids)}::uuid[])`),
    )
    .orderBy(asc(transcripts.id))
    .for('key share');
  const known = new Set(there.map(({ id }) => id));
  const rows = cited.map(({ transcriptId, ...citation }) => ({
    ...citation,
    transcriptId: known.has(transcriptId ?? '') ? transcriptId : null,
  }));
  // One JSON parameter: a statement has 65,535 at most, and an answer may cite thousands of times.
  await db.execute(sql`
    insert into ${citations} (message_id, number, transcript_id, revision_number, first_segment,
      last_segment, start_ms, end_ms, speaker, quote, quote_match, answer_start, answer_end)
    select ${messageId}::uuid, r.* from json_to_recordset(${JSON.stringify(rows)}::json) as r(
      "number" integer, "transcriptId" uuid, "revision" integer, "firstSegment" integer,
      "lastSegment" integer, "startMs" integer, "endMs" integer, "speaker" text, "quote" text,
      "quoteMatch" text, "answerStart" integer, "answerEnd" integer)`);
}
