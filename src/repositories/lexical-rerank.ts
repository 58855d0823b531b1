import { type SQL, sql } from 'drizzle-orm';
import { chunks, corpusStats } from '../db/schema/index.ts';
import { B, K1 } from './bm25.ts';

/** What each part adds to a candidate's score; a part is left out by 0. */
export type RerankWeights = {
  /** What a chunk counts in the window of the next one, and its square two chunks away. */
  decay: number;
  /** BM25 of the whole transcript. */
  transcript: number;
  /** Words that stand side by side in the question, and do so in the window. */
  pair: number;
};

/**
 * Halves, a whole and a fifth. The fifth for pairs is the one measured with sums of neighbours; the
 * others are the simplest that say what is meant, and were not fitted (docs/retrieval.md).
 */
export const RERANK: RerankWeights = { decay: 0.5, transcript: 1, pair: 0.2 };

/** Chunks before and after that a window reaches: about a minute and a half each way. */
const REACH = 3;

/**
 * The common table expressions that score `best`, the candidates of the first stage, once more:
 * `reranked (transcript_id, chunk_index, score)`. They read `matched`, `weighted` and `searched`.
 *
 * - A *window* is the chunk with those around it, whose frequencies count less the further away
 *   they are; BM25 is of their sum, as BM25F's is of fields (Robertson, Zaragoza and Taylor 2004,
 *   https://doi.org/10.1145/1031171.1031181). A term that is said in every chunk around thus counts
 *   once and not seven times. Windows are equally long, as chunks are, so length is left out.
 * - The *transcript* as a whole, by BM25 over transcripts: Callan, "Passage-level evidence in
 *   document retrieval" (1994), https://doi.org/10.1007/978-1-4471-2099-5_31.
 * - *Pairs* are phrases of two of the question's words, with both their weights. Only candidates
 *   are looked at, in the text search vectors that they have, so that there is no index of pairs.
 *
 * @param question the words as they were asked; undefined where pairs do not matter
 * @param entryInScope leaves out what is said outside of the scope, `p.chunk_index` of `searched`
 */
export function rerank(
  userId: string,
  question: string | undefined,
  entryInScope: SQL | undefined,
  weights: RerankWeights,
): SQL {
  return sql`
    library as (
      select count(*)::float8 as transcripts, avg(token_count)::float8 as mean
      from ${corpusStats} where user_id = ${userId}
    ), sought as materialized (
      -- Numbered, because to sort by a number is faster than by a word.
      select term, row_number() over () as place, max(weighted.idf) as idf,
        ln(1 + (max(transcripts) - count(*) + 0.5) / (count(*) + 0.5)) as rarity
      from matched join weighted using (term), library group by term
    ), held as materialized (
      select transcript_id, row_number() over () as number
      from (select distinct transcript_id from best) as candidates
    ), occurrences as materialized (
      select number, ${place('p.chunk_index')} as at, sought.place, idf, rarity, p.frequency
      from held join searched using (transcript_id) join matched using (key) join sought using (term),
        lateral (select entry >> 8 as chunk_index, (entry & 255) + 1 as frequency
          from unnest(matched.entries) as entry offset 0) as p
      ${entryInScope}
    ), centres as materialized (
      select distinct number, transcript_id, chunk_index + step as chunk_index,
        ${place('chunk_index')} + step as at
      from held join best using (transcript_id), generate_series(-1, 1) as step
    ), near as materialized (
      select at, at + step as other, power(${weights.decay}::float8, abs(step)) as share
      from centres, generate_series(${-REACH}::integer, ${REACH}::integer) as step
    ), windows as (
      select at, sum(${saturated('idf', sql`${K1}::float8`)}) as score
      from (
        select near.at, place, idf, sum(share * frequency) as frequency
        from near join occurrences on occurrences.at = near.other
        group by near.at, place, idf
      ) as said
      group by at
    ), whole as (
      select number, sum(${saturated(
        'rarity',
        sql`${K1}::float8 * (${1 - B}::float8 + ${B}::float8 * token_count / mean)`,
      )}) as score
      from library, (
        select number, place, rarity, sum(frequency)::float8 as frequency from occurrences
        group by number, place, rarity
      ) as said join held using (number) join ${corpusStats} using (transcript_id)
      group by number
    ), ${pairs(userId, question)}, reranked as (
      select transcript_id, chunk_index, windows.score
        + ${weights.transcript}::float8 * coalesce(whole.score, 0)
        + ${weights.pair}::float8 * coalesce(phrased.score, 0) as score
      from windows join centres using (at) left join whole using (number)
      left join phrased using (at)
    )`;
}

/**
 * A chunk as one number, from that of its transcript and its index: joins and groups compare
 * thousands of them, and numbers are faster than pairs with a UUID.
 */
function place(chunkIndex: string): SQL {
  return sql.raw(`number * 4294967296 + ${chunkIndex}`);
}

/** A term's part of BM25, where `k` is K1 with the share of the length. */
function saturated(weight: 'idf' | 'rarity', k: SQL): SQL {
  return sql`${sql.raw(weight)} * frequency * ${K1 + 1}::float8 / (frequency + ${k})`;
}

/** `phrased`: the pairs of the question in each candidate's window, by both words' weights. */
function pairs(userId: string, question: string | undefined): SQL {
  if (question === undefined) {
    return sql`phrased as (select 0 as at, 0 as score)`;
  }
  return sql`
    asked as (
      select v.lexeme, p.place, sought.idf
      from (select distinct search_config as name from ${corpusStats}
          where user_id = ${userId}) as config,
        unnest(public.parley_search_vector(config.name, ${question})) as v,
        unnest(v.positions) as p(place), sought
      where sought.term = v.lexeme
    ), pairs as materialized (
      select tsquery_phrase(${literal('a.lexeme')}, ${literal('b.lexeme')}) as phrase,
        max(a.idf + b.idf) as idf
      from asked as a join asked as b on b.place = a.place + 1
      group by 1
    ), holding as materialized (
      select ${place('best.chunk_index')} as at, sum(pairs.idf) as score
      from held join best using (transcript_id)
      join ${chunks} on ${chunks.transcriptId} = best.transcript_id
        and ${chunks.chunkIndex} = best.chunk_index
      join pairs on ${chunks.searchVector} @@ pairs.phrase
      group by 1
    ), phrased as (
      select near.at, sum(share * holding.score) as score
      from near join holding on holding.at = near.other
      group by near.at
    )`;
}

/** A lexeme as a query of its own: https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY */
function literal(column: string): SQL {
  return sql.raw(
    `('''' || replace(replace(${column}, '\\', '\\\\'), '''', '''''') || '''')::tsquery`,
  );
}
