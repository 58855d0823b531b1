import { and, asc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  segments,
  type TranscriptSpeaker,
  transcriptSpeakers,
  transcripts,
} from '../db/schema/index.ts';
import { keyPage, type Page, type PageRequest, textAfter } from './pagination.ts';

export type TranscriptSpeakersRepository = ReturnType<typeof createTranscriptSpeakersRepository>;

/** Who speaks in the current revisions of transcripts. */
export function createTranscriptSpeakersRepository(db: Database) {
  return { refresh, listByTranscript };

  /** Brings the labels of a transcript up to date with the segments of its current revision. */
  async function refresh(userId: string, transcriptId: string): Promise<void> {
    await db.execute(sql`
      with spoken as (
        select ${transcripts.userId} as user_id, ${transcripts.id} as transcript_id,
          ${segments.speaker} as label, count(*)::integer as segment_count
        from ${transcripts}
        join ${segments} on ${segments.revisionId} = ${transcripts.currentRevisionId}
        where ${transcripts.userId} = ${userId} and ${transcripts.id} = ${transcriptId}
          and ${segments.speaker} is not null
        group by 1, 2, 3
      ), silent as (
        delete from ${transcriptSpeakers}
        where ${isOf(userId, transcriptId)}
          and ${transcriptSpeakers.label} not in (select label from spoken)
      )
      insert into ${transcriptSpeakers} (user_id, transcript_id, label, segment_count)
      select user_id, transcript_id, label, segment_count from spoken
      on conflict (transcript_id, label) do update set segment_count = excluded.segment_count`);
  }

  /** The labels of a transcript by their letters. */
  async function listByTranscript(
    userId: string,
    transcriptId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<TranscriptSpeaker>> {
    const rows = await db
      .select(getTableColumns(transcriptSpeakers))
      .from(transcriptSpeakers)
      .where(and(isOf(userId, transcriptId), gt(transcriptSpeakers.label, textAfter(cursor))))
      .orderBy(asc(transcriptSpeakers.label))
      .limit(limit + 1);
    return keyPage(rows, limit, (row) => row.label);
  }
}

function isOf(userId: string, transcriptId: string) {
  return and(
    eq(transcriptSpeakers.userId, userId),
    eq(transcriptSpeakers.transcriptId, transcriptId),
  );
}
