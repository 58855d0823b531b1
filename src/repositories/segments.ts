import { and, asc, eq, getTableColumns, gt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type SegmentRow, segments, transcriptRevisions, transcripts } from '../db/schema/index.ts';
import type { Segment } from '../schemas/segments.ts';
import { batchesOf } from './batches.ts';
import { cutPage, numbersAfter, type Page, type PageRequest } from './pagination.ts';

export type SegmentsRepository = ReturnType<typeof createSegmentsRepository>;
/** A run of segments, both ends included. */
export type SegmentRange = { transcriptId: string; firstSegment: number; lastSegment: number };

/** Rows in one statement: large enough to be fast, small enough for the statement time-out. */
const BATCH = 5_000;

/** Segments belong to the owner of their revision. */
export function createSegmentsRepository(db: Database) {
  return { createMany, copy, listByTranscript, listRanges };

  /** Adds the segments of a revision, in order, from position 0. */
  async function createMany(
    userId: string,
    revisionId: string,
    values: readonly Segment[],
  ): Promise<void> {
    const rows = values.map((segment, position) => ({ ...segment, position }));
    for (const batch of batchesOf(rows, BATCH)) {
      // One JSON parameter instead of one for each value: faster, and not limited to 65,535.
      await db.execute(sql`
        insert into ${segments}
          (revision_id, position, start_ms, end_ms, speaker_label, text, words, confidence,
            recognition)
        select ${transcriptRevisions.id}, r.*
        from ${transcriptRevisions}, json_to_recordset(${JSON.stringify(batch)}::json) as r(
          "position" integer, "startMs" integer, "endMs" integer, "speaker" text, "text" text,
          "words" jsonb, "confidence" real, "recognition" jsonb)
        where ${transcriptRevisions.id} = ${revisionId} and ${transcriptRevisions.userId} = ${userId}`);
    }
  }

  /** Adds the segments of another revision of the transcript to one that has none, but for what changed. */
  async function copy(
    userId: string,
    fromRevisionId: string,
    toRevisionId: string,
    changed: readonly (Segment & { position: number })[],
  ): Promise<void> {
    const rows = JSON.stringify(changed);
    await db.execute(sql`
      insert into ${segments}
        (revision_id, position, start_ms, end_ms, speaker_label, text, words, confidence, recognition)
      select target.id, s.position,
        case when r.position is null then s.start_ms else r."startMs" end,
        case when r.position is null then s.end_ms else r."endMs" end,
        case when r.position is null then s.speaker_label else r.speaker end,
        case when r.position is null then s.text else r.text end,
        case when r.position is null then s.words else r.words end,
        case when r.position is null then s.confidence else r.confidence end,
        case when r.position is null then s.recognition else r.recognition end
      from ${transcriptRevisions} as target
      join ${transcriptRevisions} as source on source.transcript_id = target.transcript_id
      join ${segments} as s on s.revision_id = source.id
      left join json_to_recordset(${rows}::json) as r(
        "position" integer, "startMs" integer, "endMs" integer, "speaker" text, "text" text,
        "words" jsonb, "confidence" real, "recognition" jsonb) on r.position = s.position
      where target.id = ${toRevisionId} and target.user_id = ${userId}
        and source.id = ${fromRevisionId}`);
  }

  /**
   * The segments of one revision of a transcript. A cursor goes on in the revision that it comes
   * from, also when another one has become the current one since.
   *
   * @param number of the revision; the current one unless given
   */
  async function listByTranscript(
    userId: string,
    transcriptId: string,
    { limit, cursor }: PageRequest,
    number?: number,
  ): Promise<Page<SegmentRow>> {
    const [position, pinned] = numbersAfter(cursor, 2);
    const revision = pinned ?? number;
    const rows = await db
      .select({ ...getTableColumns(segments), revision: transcriptRevisions.number })
      .from(transcripts)
      .innerJoin(
        transcriptRevisions,
        revision === undefined
          ? eq(transcriptRevisions.id, transcripts.currentRevisionId)
          : and(
              eq(transcriptRevisions.transcriptId, transcripts.id),
              eq(transcriptRevisions.number, revision),
            ),
      )
      .innerJoin(segments, eq(segments.revisionId, transcriptRevisions.id))
      .where(
        and(
          eq(transcripts.userId, userId),
          eq(transcripts.id, transcriptId),
          gt(segments.position, position ?? -1),
        ),
      )
      .orderBy(asc(segments.position))
      .limit(limit + 1);
    return cutPage(rows, limit, (row) => [row.position, row.revision]);
  }

  /** The segments of several runs in current revisions, by transcript and position. */
  async function listRanges(userId: string, ranges: readonly SegmentRange[]) {
    if (ranges.length === 0) return [];
    return ofCurrentRevision(and(eq(transcripts.userId, userId), or(...ranges.map(inRange))));
  }

  function ofCurrentRevision(where: SQL | undefined) {
    return db
      .select({ ...getTableColumns(segments), transcriptId: transcripts.id })
      .from(segments)
      .innerJoin(transcripts, eq(transcripts.currentRevisionId, segments.revisionId))
      .where(where)
      .orderBy(asc(transcripts.id), asc(segments.position));
  }
}

function inRange(range: SegmentRange) {
  return and(
    eq(transcripts.id, range.transcriptId),
    sql`${segments.position} between ${range.firstSegment} and ${range.lastSegment}`,
  );
}
