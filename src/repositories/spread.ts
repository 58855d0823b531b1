import { and, asc, count, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, transcripts } from '../db/schema/index.ts';
import type { ResolvedScope, Scope } from '../schemas/scope.ts';
import {
  cutPage,
  decodeCursor,
  exactTime,
  idOf,
  momentOf,
  type Page,
  type PageRequest,
} from './pagination.ts';
import { chunkInScope, transcriptOfScope } from './scope-condition.ts';

export type SpreadRepository = ReturnType<typeof createSpreadRepository>;

/** Reads a scope from its beginning to its end. */
export function createSpreadRepository(db: Database) {
  return { listChunkIds, listTranscriptIds, countTranscripts };

  /**
   * The chunks of a scope, transcript by transcript in the order in which they were added, each
   * from its beginning. Where there are more than `limit`, those that are spread evenly over them.
   */
  async function listChunkIds(
    userId: string,
    scope: ResolvedScope,
    limit: number,
  ): Promise<string[]> {
    const ordered = db
      .select({
        id: chunks.id,
        place: sql<number>`row_number() over (
          order by ${transcripts.createdAt}, ${transcripts.id}, ${chunks.chunkIndex})`.as('place'),
        total: sql<number>`count(*) over ()`.as('total'),
      })
      .from(chunks)
      .innerJoin(transcripts, eq(transcripts.id, chunks.transcriptId))
      .where(and(eq(chunks.userId, userId), chunkInScope(userId, scope)))
      .as('ordered');
    const steps = (place: SQL) => sql`floor(${place}::float8 * ${limit} / ${ordered.total})`;
    const rows = await db
      .select({ id: ordered.id })
      .from(ordered)
      .where(
        sql`${ordered.total} <= ${limit}
          or ${steps(sql`${ordered.place}`)} > ${steps(sql`(${ordered.place} - 1)`)}`,
      )
      .orderBy(ordered.place)
      .limit(limit);
    return rows.map(({ id }) => id);
  }

  /** The transcripts that a scope has something of, in the order in which they were added. */
  async function listTranscriptIds(
    userId: string,
    scope: Scope,
    { limit, cursor }: PageRequest,
  ): Promise<Page<string>> {
    const { createdAt, id } = transcripts;
    const rows = await db
      .select({ id, at: exactTime(createdAt) })
      .from(transcripts)
      .where(and(eq(transcripts.userId, userId), transcriptOfScope(scope), addedAfter(cursor)))
      .orderBy(asc(createdAt), asc(id))
      .limit(limit + 1);
    const page = cutPage(rows, limit, (row) => [row.at, row.id]);
    return { ...page, data: page.data.map((row) => row.id) };
  }

  /** How many transcripts a scope has something of. */
  async function countTranscripts(userId: string, scope: Scope): Promise<number> {
    const [row] = await db
      .select({ count: count() })
      .from(transcripts)
      .where(and(eq(transcripts.userId, userId), transcriptOfScope(scope)));
    return row?.count ?? 0;
  }
}

function addedAfter(cursor: string | undefined): SQL | undefined {
  if (cursor === undefined) return undefined;
  const [at, lastId] = decodeCursor(cursor, 2);
  return sql`(${transcripts.createdAt}, ${transcripts.id}) > (${momentOf(at)}, ${idOf(lastId)})`;
}
