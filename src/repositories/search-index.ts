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
  return { index, remove, analyze, analyzeTexts, correct, documentFrequencies };

  /** Makes the postings and statistics of a transcript from its chunks, which have none yet. */
  async function index(userId: string, transcriptId: string): Promise<void> {
    await db.execute(sql`
      insert into ${postings} (user_id, term, transcript_id, chunk_indexes, frequencies, lengths)
      select ${chunks.userId}, v.lexeme, ${chunks.transcriptId},
        array_agg(${chunks.chunkIndex} order by ${chunks.chunkIndex}),
        array_agg(cardinality(v.positions) order by ${chunks.chunkIndex}),
        array_agg(${chunks.tokenCount} order by ${chunks.chunkIndex})
      from ${chunks}, unnest(${chunks.searchVector}) as v(lexeme, positions, weights)
      where ${isOf(userId, transcriptId)}
      group by ${chunks.userId}, v.lexeme, ${chunks.transcriptId}`);
    await db.execute(sql`
      insert into ${corpusStats} (transcript_id, user_id, search_config, chunk_count, token_count)
      select ${chunks.transcriptId}, ${chunks.userId}, min(${chunks.searchConfig}), count(*),
        sum(${chunks.tokenCount})
      from ${chunks} where ${isOf(userId, transcriptId)}
      group by ${chunks.transcriptId}, ${chunks.userId}`);
  }

  /** Takes a transcript out of the lexical index. */
  async function remove(userId: string, transcriptId: string): Promise<void> {
    await db
      .delete(postings)
      .where(and(eq(postings.userId, userId), eq(postings.transcriptId, transcriptId)));
    await db
      .delete(corpusStats)
      .where(and(eq(corpusStats.userId, userId), eq(corpusStats.transcriptId, transcriptId)));
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
