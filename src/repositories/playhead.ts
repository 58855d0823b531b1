import { and, asc, desc, eq, isNotNull, lt, not, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks } from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { headline } from './headline.ts';
import { chunkHasEnded, chunkInScope } from './scope-condition.ts';

export type PlayheadRepository = ReturnType<typeof createPlayheadRepository>;
/** A chunk and how far from a moment it is said, in ms; 0 for one that is said at the moment. */
type NearChunk = { chunkId: string; distanceMs: number };

/** The chunks around a moment of a recording. */
export function createPlayheadRepository(db: Database) {
  return { listNear, listCut, mark };

  /** The chunks of a scope that overlap with `atMs ± withinMs`, the nearest first. */
  async function listNear(
    userId: string,
    scope: ResolvedScope,
    transcriptId: string,
    { atMs, withinMs }: { atMs: number; withinMs: number },
    limit: number,
  ): Promise<NearChunk[]> {
    const distance = sql<number>`greatest(${chunks.startMs} - ${atMs}::integer,
      ${atMs}::integer - ${chunks.endMs}, 0)`;
    return db
      .select({ chunkId: chunks.id, distanceMs: distance })
      .from(chunks)
      .where(
        and(
          isOf(userId, transcriptId),
          // Of what has no times, `greatest` would make 0.
          isNotNull(chunks.startMs),
          sql`${distance} < ${withinMs}`,
          chunkInScope(userId, scope),
        ),
      )
      .orderBy(distance, asc(chunks.chunkIndex))
      .limit(limit);
  }

  /** The chunks of a scope that have begun at the moment where it ends, and go on; the latest first. */
  async function listCut(userId: string, { until, ...scope }: ResolvedScope, limit: number) {
    if (!until) return [];
    const hasEnded = chunkHasEnded(userId, until.atMs);
    return db
      .select({
        chunkId: chunks.id,
        transcriptId: chunks.transcriptId,
        text: chunks.chunkText,
        startMs: chunks.startMs,
        firstSegment: chunks.firstSegment,
        lastSegment: chunks.lastSegment,
        searchConfig: chunks.searchConfig,
      })
      .from(chunks)
      .where(
        and(
          isOf(userId, until.transcriptId),
          lt(chunks.startMs, until.atMs),
          hasEnded && not(hasEnded),
          chunkInScope(userId, scope),
        ),
      )
      .orderBy(desc(chunks.startMs), desc(chunks.chunkIndex))
      .limit(limit);
  }

  /** Marks the words of `terms` in texts as `library.getPassages` does in those of chunks. */
  async function mark(
    searchConfig: string,
    texts: readonly string[],
    terms: readonly string[],
  ): Promise<string[]> {
    const marked = headline(sql`${searchConfig}`, sql`body`, terms);
    const rows = await db
      .select({ text: sql<string>`${marked}` })
      .from(sql`unnest(${sql.param([...texts])}::text[]) with ordinality as texts(body, place)`)
      .orderBy(sql`place`);
    return rows.map((row) => row.text);
  }
}

function isOf(userId: string, transcriptId: string): SQL | undefined {
  return and(eq(chunks.userId, userId), eq(chunks.transcriptId, transcriptId));
}
