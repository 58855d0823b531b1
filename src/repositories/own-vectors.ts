import { and, asc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, vectorEmbeddings } from '../db/schema/index.ts';
import { type NewEmbedding, toJson } from './embeddings.ts';
import { slicesOf } from './slices.ts';

export type OwnVectorsRepository = ReturnType<typeof createOwnVectorsRepository>;

/** Which chunks of a user, and for which model. */
export type VectorPlan = {
  modelId: number;
  /** Without it, all of them. */
  transcriptIds?: readonly string[] | undefined;
  /** Also those whose vector of the model was made before this moment. */
  madeBefore?: Date | undefined;
};

/** A chunk that is to be embedded. */
export type OwnChunk = { id: string; text: string };

/** Rows in one statement, few enough for its time limit. */
const BATCH = 100;

/** The vectors of one user's chunks, as they are filled in or made anew. */
export function createOwnVectorsRepository(db: Database) {
  return { countChunks, listChunks, put };

  async function countChunks(
    userId: string,
    { transcriptIds }: Pick<VectorPlan, 'transcriptIds'>,
  ): Promise<number> {
    return db.$count(chunks, isAmong(userId, transcriptIds));
  }

  /**
   * Of the next `limit` chunks by id, those that are to be embedded.
   *
   * @param after the last id that was looked at
   * @returns `seen` is how many were looked at, `next` where to go on; undefined at the end
   */
  async function listChunks(
    userId: string,
    { modelId, transcriptIds, madeBefore }: VectorPlan,
    after: string | undefined,
    limit: number,
  ): Promise<{ found: OwnChunk[]; seen: number; next: string | undefined }> {
    const page = db
      .select({ id: chunks.id, text: chunks.chunkText })
      .from(chunks)
      .where(
        and(isAmong(userId, transcriptIds), after === undefined ? undefined : gt(chunks.id, after)),
      )
      .orderBy(asc(chunks.id))
      .limit(limit)
      .as('page');
    const isWanted = or(
      isNull(vectorEmbeddings.chunkId),
      madeBefore && lt(vectorEmbeddings.createdAt, madeBefore),
    );
    // The page comes first, so that its vectors are looked up one by one, however many there are.
    const rows = await db
      .select({
        id: page.id,
        text: sql<string | null>`case when ${isWanted} then ${page.text} end`,
      })
      .from(page)
      .leftJoin(
        vectorEmbeddings,
        and(eq(vectorEmbeddings.chunkId, page.id), eq(vectorEmbeddings.modelId, modelId)),
      )
      .orderBy(asc(page.id));
    const found = rows.flatMap(({ id, text }) => (text === null ? [] : [{ id, text }]));
    return { found, seen: rows.length, next: rows.length < limit ? undefined : rows.at(-1)?.id };
  }

  /**
   * Stores vectors of the user's chunks, in place of those of before.
   *
   * @returns how many; a chunk that somebody is changing is left out, and one that is gone
   */
  async function put(
    userId: string,
    modelId: number,
    values: readonly NewEmbedding[],
  ): Promise<number> {
    let stored = 0;
    for (const batch of slicesOf(values, BATCH)) {
      const rows = await db
        .insert(vectorEmbeddings)
        .select(
          sql`select c.id, ${modelId}::smallint, c.user_id, r."embedding"::halfvec, now()
            from json_to_recordset(${toJson(batch)}::json) as r("chunkId" uuid, "embedding" text)
            join ${chunks} c on c.id = r."chunkId" and c.user_id = ${userId}
            for key share of c skip locked`,
        )
        .onConflictDoUpdate({
          target: [vectorEmbeddings.chunkId, vectorEmbeddings.modelId],
          set: { embedding: sql`excluded.embedding`, createdAt: sql`excluded.created_at` },
        })
        .returning({ id: vectorEmbeddings.chunkId });
      stored += rows.length;
    }
    return stored;
  }
}

function isAmong(userId: string, transcriptIds: readonly string[] | undefined) {
  const isNamed =
    transcriptIds && sql`${chunks.transcriptId} = any(${sql.param([...transcriptIds])}::uuid[])`;
  return and(eq(chunks.userId, userId), isNamed);
}
