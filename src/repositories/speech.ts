import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, segments, transcripts } from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { cutOf, MOST_CHUNKS } from './mention-statements.ts';
import type { Looked, Place } from './mentions.ts';
import { chunkInScope, segmentInScope } from './scope-condition.ts';

export type SpeechRepository = ReturnType<typeof createSpeechRepository>;

/** How much someone said. `spokenMs` is null where no times are known. */
export type SpeakerSpeech = {
  speaker: string | null;
  spokenMs: number | null;
  words: number;
  segments: number;
  first: Place;
};

export type Speech = {
  speakers: SpeakerSpeech[];
  /** Of everybody, also of those who are not among `speakers`. */
  spokenMs: number | null;
  words: number;
  /** What was looked into, where there was more than is counted at once. */
  cut: Looked | null;
};

const SPEAKERS_SHOWN = 10;

/** Measures who spoke how much. */
export function createSpeechRepository(db: Database) {
  return { measure };

  /**
   * Who spoke how long in the current revisions of a scope, the longest first; without times, who
   * said the most words. Where two speak at once, both are counted.
   */
  async function measure(userId: string, scope: ResolvedScope): Promise<Speech> {
    const [measured] = await db
      .select({
        speakers: sql<SpeakerSpeech[]>`speakers`,
        spokenMs: sql<number | null>`spoken_ms`,
        words: sql<number>`words`,
        cut: sql<Looked | null>`cut`,
      })
      .from(sql`(
        with candidates as materialized (
          select ${chunks.transcriptId} as transcript_id, ${chunks.firstSegment} as first_segment,
            ${chunks.lastSegment} as last_segment
          from ${chunks} where ${chunks.userId} = ${userId}
            and ${chunkInScope(userId, scope) ?? sql`true`}
          limit ${MOST_CHUNKS + 1}
        ), looked as materialized (
          select * from candidates limit ${MOST_CHUNKS}
        ), spoken as materialized (
          -- A segment that is longer than a chunk is in several.
          select distinct on (${transcripts.id}, said.position) ${transcripts.id} as transcript_id,
            said.*
          from looked
            join ${transcripts} on ${transcripts.userId} = ${userId}
              and ${transcripts.id} = looked.transcript_id
            cross join lateral (
              select ${segments.position} as position, ${segments.speaker} as speaker,
                (${segments.endMs} - ${segments.startMs})::bigint as ms,
                regexp_count(${segments.text}, '[^[:space:]]+') as words
              from ${segments} where ${segments.revisionId} = ${transcripts.currentRevisionId}
                and ${segments.position} between looked.first_segment and looked.last_segment
                and ${segmentInScope(scope) ?? sql`true`}
              offset 0
            ) as said
        ), shares as materialized (
          select speaker, sum(ms)::float8 as "spokenMs", sum(words)::float8 as words,
            count(*) as segments, (array_agg(
              json_build_object('transcriptId', transcript_id, 'position', position)
              order by transcript_id, position))[1] as first
          from spoken group by speaker
        )
        select (select coalesce(json_agg(shown), '[]') from (
            select * from shares
            order by "spokenMs" desc nulls last, words desc, speaker nulls last
            limit ${SPEAKERS_SHOWN}
          ) as shown) as speakers,
          (select sum("spokenMs") from shares) as spoken_ms,
          (select coalesce(sum(words), 0)::float8 from shares) as words,
          ${cutOf(sql`candidates`)} as cut
      ) as measured`);
    if (!measured) throw new Error('an aggregate without a row');
    return measured;
  }
}
