import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, corpusStats, postings, staleVocabularies, terms } from '../db/schema/index.ts';

/** The entries of a posting: the chunks that hold its term; see `db/schema/lexical-index.ts`. */
export const ENTRIES = sql`array_prepend(${postings.firstEntry}, ${postings.otherEntries})`;
/** How many chunks of its transcript hold the term of a posting. */
export const CHUNK_COUNT = sql`(1 + coalesce(cardinality(${postings.otherEntries}), 0))`;

/** Looked up one by one, so that there is no join. */
const TERM_OF_POSTING = sql`(select ${terms.term} from ${terms} where ${terms.id} = ${postings.termId})`;

/** Terms that one statement writes: 2 s on a slow machine. */
const PORTION = 25_000;

/** Writes what a transcript adds to its owner's collection; nothing when it has no chunks. */
export async function refreshStatistics(
  db: Database,
  userId: string,
  transcriptId: string,
): Promise<void> {
  await db.execute(sql`
    with fresh as materialized (
      select min(${chunks.searchConfig}) as search_config, count(*) as chunk_count,
        sum(${chunks.tokenCount}) as token_count, max(${chunks.chunkIndex}) as last
      from ${chunks} where ${isOf(userId, transcriptId)}
      having count(*) > 0
    ), gone as (
      delete from ${corpusStats}
      where ${corpusStats.userId} = ${userId} and ${corpusStats.transcriptId} = ${transcriptId}
        and not exists (select from fresh)
      returning user_id
    ), stale as (
      insert into ${staleVocabularies} (user_id) select user_id from gone
    )
    insert into ${corpusStats}
      (transcript_id, user_id, search_config, chunk_count, token_count, lengths)
    select ${transcriptId}::uuid, ${userId}::uuid, search_config, chunk_count, token_count, (
      select array_agg(coalesce(${chunks.tokenCount}, 0)::smallint order by place)
      from generate_series(0, last) as place
      left join ${chunks} on ${isOf(userId, transcriptId)} and ${chunks.chunkIndex} = place)
    from fresh
    on conflict (transcript_id) do update set search_config = excluded.search_config,
      chunk_count = excluded.chunk_count, token_count = excluded.token_count,
      lengths = excluded.lengths`);
}

/**
 * Writes what changed of a transcript's postings. 200,000 new terms took 14 s, nearly all of it for
 * what checks and indexes each row; so they are written in portions, of which none comes near the
 * limit of a statement.
 */
export async function refreshPostings(
  db: Database,
  userId: string,
  transcriptId: string,
): Promise<void> {
  const count = await countPortions(db, userId, transcriptId);
  for (let index = 0; index < count; index += 1) {
    await refreshPortion(db, userId, transcriptId, { index, count });
  }
}

/** Into how many portions the terms of a transcript are cut. Those of a short one are not counted. */
async function countPortions(db: Database, userId: string, transcriptId: string): Promise<number> {
  const [row] = await db
    .select({
      terms: sql<number>`case when ${corpusStats.tokenCount} > ${PORTION} then (
        select count(distinct v.lexeme)
        from ${chunks}, unnest(${chunks.searchVector}) as v(lexeme, positions, weights)
        where ${isOf(userId, transcriptId)}) else 1 end::integer`,
    })
    .from(corpusStats)
    .where(and(eq(corpusStats.userId, userId), eq(corpusStats.transcriptId, transcriptId)));
  return Math.max(1, Math.ceil((row?.terms ?? 0) / PORTION));
}

/** One part of all terms: those whose hash, divided by `count`, leaves `index`. */
type Portion = { index: number; count: number };

/**
 * One statement without a join: the planner has no statistics of rows that the same transaction wrote,
 * and once chose a join that took 48 s.
 */
async function refreshPortion(
  db: Database,
  userId: string,
  transcriptId: string,
  { index, count }: Portion,
): Promise<void> {
  const isIn = (term: SQL) =>
    count === 1 ? sql`true` : sql`abs(hashtext(${term}) % ${count}::integer) = ${index}::integer`;
  await db.execute(sql`
    with transcript as materialized (
      select ${corpusStats.key} from ${corpusStats}
      where ${corpusStats.userId} = ${userId} and ${corpusStats.transcriptId} = ${transcriptId}
    ), said as materialized (
      select v.lexeme as term,
        array_agg(${chunks.chunkIndex} * 256 + cardinality(v.positions) - 1
          order by ${chunks.chunkIndex}) as entries
      from ${chunks}, unnest(${chunks.searchVector}) as v(lexeme, positions, weights)
      where ${isOf(userId, transcriptId)} and ${isIn(sql`v.lexeme`)}
      group by v.lexeme
    ), looked_up as materialized (
      select term, entries, (select min(${terms.id}) from ${terms}
        where ${terms.userId} = ${userId} and ${terms.term} = said.term) as known_id
      from said
    ), fresh as materialized (
      select term, entries, known_id,
        coalesce(known_id, nextval('public.terms_id_seq')::integer) as term_id
      from looked_up
    ), added as (
      insert into ${terms} (user_id, id, term)
      select ${userId}::uuid, term_id, term from fresh where known_id is null
    ), gone as (
      delete from ${postings}
      where ${postings.transcriptKey} = (select key from transcript)
        and ${postings.termId} not in (select term_id from fresh)
        and ${isIn(TERM_OF_POSTING)}
      returning 1
    ), stale as (
      insert into ${staleVocabularies} (user_id)
      select ${userId}::uuid where exists (select from gone)
    )
    insert into ${postings} as known (transcript_key, term_id, first_entry, other_entries)
    select (select key from transcript), term_id, entries[1],
      case when cardinality(entries) > 1 then entries[2:] end
    from fresh order by term_id
    on conflict (transcript_key, term_id) do update
    set first_entry = excluded.first_entry, other_entries = excluded.other_entries
    where (known.first_entry, known.other_entries)
      is distinct from (excluded.first_entry, excluded.other_entries)`);
}

function isOf(userId: string, transcriptId: string): SQL | undefined {
  return and(eq(chunks.userId, userId), eq(chunks.transcriptId, transcriptId));
}
