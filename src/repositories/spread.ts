import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, transcripts } from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { chunkInScope } from './scope-condition.ts';

export type SpreadRepository = ReturnType<typeof createSpreadRepository>;

/** Reads a scope from its beginning to its end. */
export function createSpreadRepository(db: Database) {
  return { listChunkIds };

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
}
