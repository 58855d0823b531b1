import { type SQL, sql } from 'drizzle-orm';
import {
  chunks,
  corpusStats,
  terms as lexicon,
  mediaSources,
  postings,
  segments,
  transcripts,
} from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { ENTRIES } from './postings.ts';
import { chunkInScope, segmentInScope } from './scope-condition.ts';

/** The most chunks that one question looks into; a library of 500 hours has as many. */
export const MOST_CHUNKS = 20_000;

/** How far into a segment is read, in characters: a tsvector holds no more than 1 MiB. */
const MOST_TEXT = 200_000;

const SPEAKERS_SHOWN = 10;

const PLACE = sql`json_build_object('transcriptId', transcript_id, 'position', position)`;
const BY_DATE = sql`order by recorded_at, transcript_id, position`;

/** The statement behind `MentionsRepository.count`. */
export function counting(
  userId: string,
  phrase: string,
  scope: ResolvedScope,
  speakers?: readonly string[],
): SQL {
  return sql`
    with configs as materialized (
      select name as search_config, case when public.parley_search_vector(name, ${phrase}) = ''
        then 'public.parley_simple' else name end as counted_by
      from (select distinct ${corpusStats.searchConfig} as name from ${corpusStats}
        where ${corpusStats.userId} = ${userId}) as names
    ), wanted as materialized (
      select search_config, counted_by, v.term, p.place
      from configs, unnest(public.parley_search_vector(counted_by, ${phrase})) as v(term, places, weights),
        unnest(v.places) as p(place)
    ), phrases as materialized (
      select search_config, counted_by, count(*) as words, (array_agg(term order by place))[1] as opening
      from wanted group by search_config, counted_by
    ), candidates as materialized (
      select phrases.*, ${chunks.transcriptId} as transcript_id, ${chunks.firstSegment} as first_segment,
        ${chunks.lastSegment} as last_segment
      from phrases join ${lexicon} on ${lexicon.userId} = ${userId}
          and ${lexicon.term} = phrases.opening and phrases.counted_by = phrases.search_config
        join ${postings} on ${postings.termId} = ${lexicon.id}
        join ${corpusStats} on ${corpusStats.key} = ${postings.transcriptKey}
        cross join unnest(${ENTRIES}) as held(entry)
        join ${chunks} on ${chunks.transcriptId} = ${corpusStats.transcriptId}
          and ${chunks.chunkIndex} = held.entry >> 8
          and ${chunks.searchConfig} = phrases.search_config
      where ${chunks.userId} = ${userId} and ${chunkInScope(userId, scope) ?? sql`true`}
      union all
      select phrases.*, ${chunks.transcriptId}, ${chunks.firstSegment}, ${chunks.lastSegment}
      from phrases join ${chunks} on ${chunks.userId} = ${userId}
        and ${chunks.searchConfig} = phrases.search_config
        and phrases.counted_by <> phrases.search_config
      where ${chunkInScope(userId, scope) ?? sql`true`}
      limit ${MOST_CHUNKS + 1}
    ), looked as materialized (
      select * from candidates limit ${MOST_CHUNKS}
    ), spoken as materialized (
      select distinct on (${transcripts.id}, said.position) search_config, counted_by, words,
        ${transcripts.id} as transcript_id, said.position, said.speaker, said.body,
        coalesce(${mediaSources.publishedAt}, ${transcripts.createdAt}) as recorded_at
      from looked
        join ${transcripts} on ${transcripts.userId} = ${userId} and ${transcripts.id} = looked.transcript_id
        left join ${mediaSources} on ${mediaSources.userId} = ${transcripts.userId}
          and ${mediaSources.id} = ${transcripts.mediaSourceId}
        cross join lateral (
          -- A phrase may go on in the two segments behind the chunk.
          select ${segments.position} as position, ${segments.speaker} as speaker,
            left(${segments.text}, ${MOST_TEXT}) as body
          from ${segments} where ${segments.revisionId} = ${transcripts.currentRevisionId}
            and ${segments.position} between looked.first_segment and looked.last_segment + 2
            and ${segmentInScope(scope) ?? sql`true`}
            ${speakers && sql`and ${segments.speaker} = any(${sql.param([...speakers])}::text[])`}
          offset 0
        ) as said
      order by ${transcripts.id}, said.position
    ), joined as (
      select *, case when words = 1 then '' else concat_ws(' ',
        case when lead(position) over run = position + 1
          and lead(speaker) over run is not distinct from speaker then lead(body) over run end,
        case when lead(position, 2) over run = position + 2
          and lead(speaker) over run is not distinct from speaker
          and lead(speaker, 2) over run is not distinct from speaker then lead(body, 2) over run end
      ) end as rest
      from spoken window run as (partition by transcript_id order by position)
    ), counted as materialized (
      -- What begins here: what is in this and the next ones, without what is in the next ones alone.
      select transcript_id, position, speaker, recorded_at,
        ${occurrences(sql`body || ' ' || rest`)} - ${occurrences(sql`rest`)} as mentions
      from joined
    ), said as materialized (
      select * from counted where mentions > 0
    ), speakers as (
      select speaker, sum(mentions)::integer as mentions, (array_agg(${PLACE} ${BY_DATE}))[1] as first
      from said group by speaker
    )
    select (select coalesce(sum(mentions), 0)::integer from said) as mentions,
      (select count(*)::integer from speakers) as speakers,
      (select coalesce(json_agg(shown), '[]') from (
        select * from speakers order by mentions desc, speaker nulls last limit ${SPEAKERS_SHOWN}
      ) as shown) as by_speaker,
      (select ${PLACE} from said ${BY_DATE} limit 1) as first,
      (select ${PLACE} from said
        order by recorded_at desc, transcript_id desc, position desc limit 1) as last,
      ${cutOf(sql`candidates`)} as cut`;
}

/** `Looked`, or null where `candidates` are not too many. */
export function cutOf(candidates: SQL): SQL {
  return sql`(select json_build_object('transcripts', count(distinct transcript_id), 'chunks', count(*))
    from looked having (select count(*) from ${candidates}) > ${MOST_CHUNKS})`;
}

/** How often the phrase is in a text: the places from which all its terms follow as they should. */
function occurrences(text: SQL): SQL {
  return sql`(select count(*) from (
    select from unnest(public.parley_search_vector(joined.counted_by, ${text})) as v(term, places, weights),
      unnest(v.places) as p(place), wanted
    where wanted.search_config = joined.search_config and wanted.term = v.term
    group by p.place - wanted.place having count(*) = joined.words
  ) as starts)`;
}
