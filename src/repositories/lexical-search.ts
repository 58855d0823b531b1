import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, corpusStats, postings } from '../db/schema/index.ts';
import type { Scope } from '../schemas/scope.ts';
import { B, K1 } from './bm25.ts';
import { RERANK, type RerankWeights, rerank } from './lexical-rerank.ts';
import { chunkInScope } from './scope-condition.ts';

export type LexicalSearchRepository = ReturnType<typeof createLexicalSearchRepository>;
export type LexicalHit = { chunkId: string; score: number };

export { B, K1 };

/** The terms to look for, and the words that they are of. */
export type LexicalQuestion = { terms: readonly string[]; text?: string };

/**
 * How much of its two neighbours' scores a chunk is given: what is said about a thing is said
 * around it. It gained .03 to .07 nDCG@10 on meetings and videos, and cost nothing on prose.
 */
export const NEIGHBOUR = 0.4;

/** How many chunks the second stage looks at, at least. */
const CANDIDATES = 100;

/** How chunks are scored: the first stage alone where there is no `rerank`. */
export type RankingWeights = { neighbour: number; rerank?: RerankWeights };
const WEIGHTS: RankingWeights = { neighbour: NEIGHBOUR, rerank: RERANK };

/** BM25 over postings in plain SQL. @param weights others than search has, to measure what they do */
export function createLexicalSearchRepository(db: Database, weights = WEIGHTS) {
  return { rank };

  /**
   * The chunks of a scope that hold any of the question's terms. BM25 with the neighbours' share
   * finds candidates, which are then ranked by what is said around them (see {@link rerank}).
   * Frequencies are those of the user's whole library, whatever the scope.
   */
  async function rank(
    userId: string,
    question: LexicalQuestion,
    scope: Scope,
    limit: number,
  ): Promise<LexicalHit[]> {
    if (question.terms.length === 0) return [];
    return db
      .select({ chunkId: sql<string>`chunk_id`, score: sql<number>`score` })
      .from(sql`(${ranking(userId, question, scope, limit, weights)}) as hits`);
  }
}

/** The statement behind {@link LexicalSearchRepository.rank}. */
export function ranking(
  userId: string,
  { terms, text }: LexicalQuestion,
  scope: Scope,
  limit: number,
  weights: RankingWeights = WEIGHTS,
): SQL {
  const inScope = chunkInScope(scope);
  return sql`
    with matched as materialized (
      select term, transcript_id, chunk_indexes, frequencies, lengths from ${postings}
      where user_id = ${userId} and term = any(${sql.param([...terms])}::text[])
    ), corpus as (
      select sum(chunk_count)::float8 as chunks, sum(token_count)::float8 / sum(chunk_count) as mean
      from ${corpusStats} where user_id = ${userId}
    ), weighted as (
      select term, ln(1 + (max(corpus.chunks) - sum(cardinality(chunk_indexes)) + 0.5)
        / (sum(cardinality(chunk_indexes)) + 0.5)) as idf
      from matched, corpus group by term
    ), scored as (
      select matched.transcript_id, p.chunk_index, sum(weighted.idf * p.frequency * ${K1 + 1}::float8
        / (p.frequency + ${K1}::float8 * (${1 - B}::float8 + ${B}::float8 * p.length / corpus.mean))) as score
      from corpus, matched join weighted using (term),
        unnest(matched.chunk_indexes, matched.frequencies, matched.lengths)
          as p(chunk_index, frequency, length)
      ${
        inScope &&
        sql`where exists (select from ${chunks} where ${chunks.transcriptId} = matched.transcript_id
          and ${chunks.chunkIndex} = p.chunk_index and ${inScope})`
      }
      group by matched.transcript_id, p.chunk_index
    ), summed as (
      select transcript_id, chunk_index, score
        + ${weights.neighbour}::float8 * case when lag(chunk_index) over run = chunk_index - 1
            then lag(score) over run else 0 end
        + ${weights.neighbour}::float8 * case when lead(chunk_index) over run = chunk_index + 1
            then lead(score) over run else 0 end as score
      from scored window run as (partition by transcript_id order by chunk_index)
    ), best as materialized (
      select * from summed order by score desc, transcript_id, chunk_index
      limit ${weights.rerank ? Math.max(limit, CANDIDATES) : limit}
    ), ${weights.rerank ? rerank(userId, text, weights.rerank) : sql`reranked as (select * from best)`}
    select ${chunks.id} as chunk_id, reranked.score from reranked
    join ${chunks} on ${chunks.transcriptId} = reranked.transcript_id
      and ${chunks.chunkIndex} = reranked.chunk_index ${inScope && sql`and ${inScope}`}
    order by reranked.score desc, reranked.transcript_id, reranked.chunk_index limit ${limit}`;
}
