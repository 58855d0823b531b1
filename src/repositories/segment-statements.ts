import { type SQL, sql } from 'drizzle-orm';
import { segments, transcriptRevisions } from '../db/schema/index.ts';
import type { Segment } from '../schemas/segments.ts';

/** A segment with its place in its revision. */
export type PlacedSegment = Segment & { position: number };

/** The fields of {@link PlacedSegment} as JSON. */
const FIELDS = sql.raw(`"position" integer, "startMs" integer, "endMs" integer, "speaker" text,
  "text" text, "words" jsonb, "confidence" real, "recognition" jsonb`);
const COLUMNS = sql.raw(`revision_id, position, start_ms, end_ms, speaker_label, text, words,
  confidence, recognition`);

/**
 * Inserts segments of a revision of the user's. One JSON parameter instead of one for each value:
 * faster, and not limited to 65,535.
 */
export function insertSegments(
  userId: string,
  revisionId: string,
  rows: readonly PlacedSegment[],
): SQL {
  return sql`
    insert into ${segments} (${COLUMNS})
    select ${transcriptRevisions.id}, r.*
    from ${transcriptRevisions}, json_to_recordset(${JSON.stringify(rows)}::json) as r(${FIELDS})
    where ${transcriptRevisions.id} = ${revisionId} and ${transcriptRevisions.userId} = ${userId}`;
}

/**
 * Inserts the segments of one revision into another one of the same transcript, but for those that
 * changed; the others never leave the database.
 */
export function copySegments(
  userId: string,
  fromRevisionId: string,
  toRevisionId: string,
  changed: readonly PlacedSegment[],
): SQL {
  return sql`
    insert into ${segments} (${COLUMNS})
    select target.id, s.position, s.start_ms, s.end_ms, s.speaker_label, s.text, s.words,
      s.confidence, s.recognition
    from ${transcriptRevisions} as target
    join ${transcriptRevisions} as source on source.transcript_id = target.transcript_id
    join ${segments} as s on s.revision_id = source.id
    where target.id = ${toRevisionId} and target.user_id = ${userId}
      and source.id = ${fromRevisionId}
      and s.position <> all(${sql.param(changed.map(({ position }) => position))}::integer[])
    union all
    select target.id, r.*
    from ${transcriptRevisions} as target,
      json_to_recordset(${JSON.stringify(changed)}::json) as r(${FIELDS})
    where target.id = ${toRevisionId} and target.user_id = ${userId}`;
}
