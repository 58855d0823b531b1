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
 * `reranked (transcript_id, chunk_index, score)`. They read `matched` and `weighted`.
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
 */
export function rerank(userId: string, question: string | undefined, weights: RerankWeights): SQL {
  return sql`
    library as (
      select count(*)::float8 as transcripts, avg(token_count)::float8 as mean
      from ${corpusStats} where user_id = ${userId}
    ), terms as materialized (
      -- Numbered, because to sort by a number is faster than by a word.
      select term, row_number() over () as place, max(weighted.idf) as idf,
        ln(1 + (max(transcripts) - count(*) + 0.5) / (count(*) + 0.5)) as rarity
      from matched join weighted using (term), library group by term
    ), occurrences as materialized (
      select transcript_id, place, idf, rarity, p.chunk_index, p.frequency
      from matched join terms using (term),
        unnest(matched.chunk_indexes, matched.frequencies) as p(chunk_index, frequency)
      where transcript_id in (select transcript_id from best)
    ), centres as (
      select distinct transcript_id, chunk_index + step as chunk_index
      from best, generate_series(-1, 1) as step
    ), near as materialized (
      select transcript_id, chunk_index, chunk_index + step as other,
        power(${weights.decay}::float8, abs(step)) as share
      from centres, generate_series(${-REACH}::integer, ${REACH}::integer) as step
    ), windows as (
      select transcript_id, chunk_index, sum(${saturated('idf', sql`${K1}::float8`)}) as score
      from (
        select transcript_id, near.chunk_index, place, idf, sum(share * frequency) as frequency
        from near join occurrences using (transcript_id)
        where occurrences.chunk_index = near.other
        group by transcript_id, near.chunk_index, place, idf
      ) as said
      group by transcript_id, chunk_index
    ), whole as (
      select transcript_id, sum(${saturated(
        'rarity',
        sql`${K1}::float8 * (${1 - B}::float8 + ${B}::float8 * token_count / mean)`,
      )}) as score
      from library, (
        select transcript_id, place, rarity, sum(frequency)::float8 as frequency from occurrences
        group by transcript_id, place, rarity
      ) as said join ${corpusStats} using (transcript_id)
      group by transcript_id
    ), ${pairs(userId, question)}, reranked as (
      select transcript_id, chunk_index, windows.score
        + ${weights.transcript}::float8 * coalesce(whole.score, 0)
        + ${weights.pair}::float8 * coalesce(phrased.score, 0) as score
      from windows left join whole using (transcript_id)
      left join phrased using (transcript_id, chunk_index)
    )`;
}

/** A term's part of BM25, where `k` is K1 with the share of the length. */
function saturated(weight: 'idf' | 'rarity', k: SQL): SQL {
  return sql`${sql.raw(weight)} * frequency * ${K1 + 1}::float8 / (frequency + ${k})`;
}

/** `phrased`: the pairs of the question in each candidate's window, by both words' weights. */
function pairs(userId: string, question: string | undefined): SQL {
  if (question === undefined) {
    return sql`phrased as (select null::uuid as transcript_id, 0 as chunk_index, 0 as score)`;
  }
  return sql`
    asked as (
      select v.lexeme, p.place, terms.idf
      from (select distinct search_config as name from ${corpusStats}
          where user_id = ${userId}) as config,
        unnest(public.parley_search_vector(config.name, ${question})) as v,
        unnest(v.positions) as p(place), terms
      where terms.term = v.lexeme
    ), pairs as materialized (
      select tsquery_phrase(${literal('a.lexeme')}, ${literal('b.lexeme')}) as phrase,
        max(a.idf + b.idf) as idf
      from asked as a join asked as b on b.place = a.place + 1
      group by 1
    ), holding as materialized (
      select best.transcript_id, best.chunk_index, sum(pairs.idf) as score
      from best join ${chunks} on ${chunks.transcriptId} = best.transcript_id
        and ${chunks.chunkIndex} = best.chunk_index
      join pairs on ${chunks.searchVector} @@ pairs.phrase
      group by best.transcript_id, best.chunk_index
    ), phrased as (
      select near.transcript_id, near.chunk_index, sum(share * holding.score) as score
      from near join holding
        on holding.transcript_id = near.transcript_id and holding.chunk_index = near.other
      group by near.transcript_id, near.chunk_index
    )`;
}

/** A lexeme as a query of its own: https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY */
function literal(column: string): SQL {
  return sql.raw(
    `('''' || replace(replace(${column}, '\\', '\\\\'), '''', '''''') || '''')::tsquery`,
  );
}
