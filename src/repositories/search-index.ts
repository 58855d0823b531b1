import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { corpusStats, postings, terms } from '../db/schema/index.ts';
import { CHUNK_COUNT, refreshPostings, refreshStatistics } from './postings.ts';
import { createVocabularyRepository } from './vocabulary.ts';

export type SearchIndexRepository = ReturnType<typeof createSearchIndexRepository>;
/** A term of a question. `known` when the user's library holds it. */
export type QueryTerm = { term: string; known: boolean };
export type TermFrequencies = { chunkCount: number; frequencies: Map<string, number> };
/** The same of whole transcripts. */
export type TranscriptFrequencies = {
  transcriptCount: number;
  transcriptFrequencies: Map<string, number>;
};

/** Below this trigram similarity a correction is more often wrong than right. */
const CORRECTION_SIMILARITY = 0.4;

/** The lexical index: what is written of a transcript, and what is asked of its terms. */
export function createSearchIndexRepository(db: Database) {
  return { refresh, analyze, analyzeTexts, correct, documentFrequencies };

  /**
   * Brings the statistics and postings of a transcript up to date with its chunks. Postings that
   * stay the same are not written again. To be called in a transaction, and near its end: until
   * then words of the user's are not swept.
   */
  async function refresh(userId: string, transcriptId: string): Promise<void> {
    await createVocabularyRepository(db).hold(userId);
    await refreshStatistics(db, userId, transcriptId);
    await refreshPostings(db, userId, transcriptId);
  }

  /** The distinct terms of a question, read in each language of the user's library. */
  async function analyze(userId: string, query: string): Promise<QueryTerm[]> {
    return db.select({ term: sql<string>`term`, known: sql<boolean>`known` }).from(sql`(
        select distinct v.lexeme as term, exists (
          select from ${terms} join ${postings} on ${postings.termId} = ${terms.id}
          where ${terms.userId} = ${userId} and ${terms.term} = v.lexeme
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
    const found = texts.map(() => new Map<string, number>());
    for (const { place, term, frequency } of rows) found[place - 1]?.set(term, frequency);
    return found;
  }

  /** For each unknown term the most similar one of the user's library, where one is near enough. */
  async function correct(userId: string, unknown: readonly string[]): Promise<Map<string, string>> {
    if (unknown.length === 0) return new Map();
    const rows = await db
      .select({ term: sql<string>`term`, correction: sql<string>`correction` })
      .from(sql`(
        with near as materialized (
          select asked.term, ${terms.id} as id, ${terms.term} as correction,
            similarity(${terms.term}, asked.term) as similarity
          from unnest(${sql.param([...unknown])}::text[]) as asked(term)
          join ${terms} on ${terms.userId} = ${userId} and ${terms.term} % asked.term
          where similarity(${terms.term}, asked.term) >= ${CORRECTION_SIMILARITY}
        )
        select distinct on (term) term, correction
        from near join ${postings} on ${postings.termId} = near.id
        group by term, correction, similarity
        order by term, similarity desc, sum(${CHUNK_COUNT}) desc, correction
      ) as corrections`);
    return new Map(rows.map((row) => [row.term, row.correction]));
  }

  /**
   * In how many of the user's chunks and transcripts each of `asked` occurs, and how many there are.
   */
  async function documentFrequencies(
    userId: string,
    asked: readonly string[],
  ): Promise<TermFrequencies & TranscriptFrequencies> {
    const [corpus] = await db
      .select({
        chunkCount: sql<number>`coalesce(sum(${corpusStats.chunkCount}), 0)::integer`,
        transcriptCount: sql<number>`count(*)::integer`,
      })
      .from(corpusStats)
      .where(eq(corpusStats.userId, userId));
    const rows = await db
      .select({
        term: terms.term,
        frequency: sql<number>`sum(${CHUNK_COUNT})::integer`,
        transcripts: sql<number>`count(*)::integer`,
      })
      .from(terms)
      .innerJoin(postings, eq(postings.termId, terms.id))
      .where(
        and(eq(terms.userId, userId), sql`${terms.term} = any(${sql.param([...asked])}::text[])`),
      )
      .groupBy(terms.term);
    return {
      chunkCount: corpus?.chunkCount ?? 0,
      frequencies: new Map(rows.map((row) => [row.term, row.frequency])),
      transcriptCount: corpus?.transcriptCount ?? 0,
      transcriptFrequencies: new Map(rows.map((row) => [row.term, row.transcripts])),
    };
  }
}
