import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  segments,
  type TranscriptSpeaker,
  transcriptRevisions,
  transcriptSpeakers,
  transcripts,
} from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import {
  cutPage,
  decodeCursor,
  type Page,
  type PageRequest,
  textOf,
  wholeOf,
} from './pagination.ts';

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

  /**
   * The labels of a transcript's current revision by their letters.
   *
   * @throws AppError `invalid_cursor` also when another revision has become the current one since
   */
  async function listByTranscript(
    userId: string,
    transcriptId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<TranscriptSpeaker>> {
    const { label, pinned } = placeOf(cursor);
    // In one statement, so that both are of one moment. A revision may have no further labels.
    const rows = await db
      .select({ revision: transcriptRevisions.number, speaker: transcriptSpeakers })
      .from(transcripts)
      .innerJoin(transcriptRevisions, eq(transcriptRevisions.id, transcripts.currentRevisionId))
      .leftJoin(
        transcriptSpeakers,
        and(
          eq(transcriptSpeakers.transcriptId, transcripts.id),
          gt(transcriptSpeakers.label, label),
        ),
      )
      .where(and(eq(transcripts.userId, userId), eq(transcripts.id, transcriptId)))
      .orderBy(asc(transcriptSpeakers.label))
      .limit(limit + 1);
    if (pinned !== undefined && rows.some(({ revision }) => revision !== pinned)) {
      throw new AppError('invalid_cursor', 'The transcript has another revision by now.');
    }
    const labels = rows.flatMap(({ revision, speaker }) =>
      speaker === null ? [] : [{ revision, speaker }],
    );
    const page = cutPage(labels, limit, ({ revision, speaker }) => [speaker.label, revision]);
    return { ...page, data: page.data.map(({ speaker }) => speaker) };
  }
}

/** What a list continues after, and the number of the revision that it began in. */
function placeOf(cursor: string | undefined): { label: string; pinned?: number } {
  if (cursor === undefined) return { label: '' };
  const [label, pinned] = decodeCursor(cursor, 2);
  return { label: textOf(label), pinned: wholeOf(pinned) };
}

function isOf(userId: string, transcriptId: string) {
  return and(
    eq(transcriptSpeakers.userId, userId),
    eq(transcriptSpeakers.transcriptId, transcriptId),
  );
}
