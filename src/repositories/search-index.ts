import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, corpusStats, postings } from '../db/schema/index.ts';

export type SearchIndexRepository = ReturnType<typeof createSearchIndexRepository>;
/** A term of a question. `known` when the user's library holds it. */
export type QueryTerm = { term: string; known: boolean };
export type TermFrequencies = { chunkCount: number; frequencies: Map<string, number> };

/** Below this trigram similarity a correction is more often wrong than right. */
const CORRECTION_SIMILARITY = 0.4;

/** The lexical index: what is written of a transcript, and what is asked of its terms. */
export function createSearchIndexRepository(db: Database) {
  return { refresh, analyze, analyzeTexts, correct, documentFrequencies };

  /**
   * Brings the postings and statistics of a transcript up to date with its chunks. Postings that
   * stay the same are not written again.
   */
  async function refresh(userId: string, transcriptId: string): Promise<void> {
    await db.execute(sql`
      with fresh as materialized (
        select v.lexeme as term,
          array_agg(${chunks.chunkIndex} order by ${chunks.chunkIndex}) as chunk_indexes,
          array_agg(cardinality(v.positions)::smallint order by ${chunks.chunkIndex}) as frequencies,
          array_agg(${chunks.tokenCount}::smallint order by ${chunks.chunkIndex}) as lengths
        from ${chunks}, unnest(${chunks.searchVector}) as v(lexeme, positions, weights)
        where ${isOf(userId, transcriptId)}
        group by v.lexeme
      ), gone as (
        delete from ${postings}
        where ${postings.userId} = ${userId} and ${postings.transcriptId} = ${transcriptId}
          and ${postings.term} not in (select term from fresh)
      )
      insert into ${postings} as known
        (user_id, term, transcript_id, chunk_indexes, frequencies, lengths)
      select ${userId}::uuid, term, ${transcriptId}::uuid, chunk_indexes, frequencies, lengths
      from fresh
      on conflict (user_id, term, transcript_id) do update
      set chunk_indexes = excluded.chunk_indexes, frequencies = excluded.frequencies,
        lengths = excluded.lengths
      where (known.chunk_indexes, known.frequencies, known.lengths)
        is distinct from (excluded.chunk_indexes, excluded.frequencies, excluded.lengths)`);
    await db.execute(sql`
      with fresh as materialized (
        select min(${chunks.searchConfig}) as search_config, count(*) as chunk_count,
          sum(${chunks.tokenCount}) as token_count
        from ${chunks} where ${isOf(userId, transcriptId)}
        having count(*) > 0
      ), gone as (
        delete from ${corpusStats}
        where ${corpusStats.userId} = ${userId} and ${corpusStats.transcriptId} = ${transcriptId}
          and not exists (select from fresh)
      )
      insert into ${corpusStats} (transcript_id, user_id, search_config, chunk_count, token_count)
      select ${transcriptId}::uuid, ${userId}::uuid, search_config, chunk_count, token_count
      from fresh
      on conflict (transcript_id) do update set search_config = excluded.search_config,
        chunk_count = excluded.chunk_count, token_count = excluded.token_count`);
  }

  /** The distinct terms of a question, read in each language of the user's library. */
  async function analyze(userId: string, query: string): Promise<QueryTerm[]> {
    return db.select({ term: sql<string>`term`, known: sql<boolean>`known` }).from(sql`(
        select distinct v.lexeme as term, exists (
          select from ${postings} where ${postings.userId} = ${userId} and ${postings.term} = v.lexeme
        ) as known
        from (select distinct ${corpusStats.searchConfig} as name from ${corpusStats}
              where ${corpusStats.userId} = ${userId}) as config,
          unnest(public.parley_search_vector(config.name, ${query})) as v
        order by term
      ) as terms`);
  }

  /** The terms of each text with their frequencies, read in one configuration. */
  async function analyzeTexts(
    searchConfig: string,
    texts: readonly string[],
  ): Promise<Map<string, number>[]> {
    const rows = await db
      .select({
        place: sql<number>`place::integer`,
        term: sql<string>`lexeme`,
        frequency: sql<number>`cardinality(positions)`,
      })
      .from(sql`(
        select texts.place, v.lexeme, v.positions
        from unnest(${sql.param([...texts])}::text[]) with ordinality as texts(body, place),
          unnest(public.parley_search_vector(${searchConfig}, texts.body)) as v
      ) as terms`);
    const terms = texts.map(() => new Map<string, number>());
    for (const { place, term, frequency } of rows) terms[place - 1]?.set(term, frequency);
    return terms;
  }

  /** For each unknown term the most similar one of the user's library, where one is near enough. */
  async function correct(userId: string, terms: readonly string[]): Promise<Map<string, string>> {
    if (terms.length === 0) return new Map();
    const rows = await db
      .select({ term: sql<string>`term`, correction: sql<string>`correction` })
      .from(sql`(
        select distinct on (asked.term) asked.term, ${postings.term} as correction
        from unnest(${sql.param([...terms])}::text[]) as asked(term)
        join ${postings} on ${postings.term} % asked.term
        where ${postings.userId} = ${userId}
          and similarity(${postings.term}, asked.term) >= ${CORRECTION_SIMILARITY}
        group by asked.term, ${postings.term}
        order by asked.term, similarity(${postings.term}, asked.term) desc,
          sum(cardinality(${postings.chunkIndexes})) desc, ${postings.term}
      ) as corrections`);
    return new Map(rows.map((row) => [row.term, row.correction]));
  }

  /** In how many of the user's chunks each of `terms` occurs, and how many chunks there are. */
  async function documentFrequencies(
    userId: string,
    terms: readonly string[],
  ): Promise<TermFrequencies> {
    const [corpus] = await db
      .select({ chunkCount: sql<number>`coalesce(sum(${corpusStats.chunkCount}), 0)::integer` })
      .from(corpusStats)
      .where(eq(corpusStats.userId, userId));
    const rows = await db
      .select({
        term: postings.term,
        frequency: sql<number>`sum(cardinality(${postings.chunkIndexes}))::integer`,
      })
      .from(postings)
      .where(
        and(
          eq(postings.userId, userId),
          sql`${postings.term} = any(${sql.param([...terms])}::text[])`,
        ),
      )
      .groupBy(postings.term);
    return {
      chunkCount: corpus?.chunkCount ?? 0,
      frequencies: new Map(rows.map((row) => [row.term, row.frequency])),
    };
  }
}

function isOf(userId: string, transcriptId: string): SQL | undefined {
  return and(eq(chunks.userId, userId), eq(chunks.transcriptId, transcriptId));
}
