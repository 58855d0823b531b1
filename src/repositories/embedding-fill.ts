import { and, asc, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, type EmbeddingModel, vectorEmbeddings } from '../db/schema/index.ts';
import { type NewEmbedding, toJson } from './embeddings.ts';
import { slicesOf } from './slices.ts';
import {
  createVectorIndexConcurrently,
  dropVectorIndexConcurrently,
  needsVectorIndex,
} from './vector-indexes.ts';

export type EmbeddingFillRepository = ReturnType<typeof createEmbeddingFillRepository>;
/** A chunk of any user that a model has not been told of. */
export type UnfilledChunk = { id: string; text: string };

/** Rows in one statement, few enough for its time limit. */
const BATCH = 100;

/** The vectors of all users' chunks, as one model is exchanged for another. */
export function createEmbeddingFillRepository(db: Database) {
  return { countChunks, listUnfilled, listLate, fill, createIndex, removeVectors };

  async function countChunks(): Promise<number> {
    return db.$count(chunks);
  }

  /**
   * Of the next `limit` chunks by id, those that have no vector of a model.
   *
   * @param after the last id that was looked at
   * @returns `next` is where to go on; undefined at the end
   */
  async function listUnfilled(
    modelId: number,
    after: string | undefined,
    limit: number,
  ): Promise<{ unfilled: UnfilledChunk[]; next: string | undefined }> {
    const rows = await db
      .select({
        id: chunks.id,
        text: sql<string | null>`case when ${lacks(modelId)} then ${chunks.chunkText} end`,
      })
      .from(chunks)
      .where(after === undefined ? undefined : gt(chunks.id, after))
      .orderBy(asc(chunks.id))
      .limit(limit);
    const unfilled = rows.flatMap(({ id, text }) => (text === null ? [] : [{ id, text }]));
    return { unfilled, next: rows.length < limit ? undefined : rows.at(-1)?.id };
  }

  /**
   * The first `limit` chunks without a vector of a model, whatever their ids.
   *
   * @param among looks at these chunks alone
   */
  async function listLate(
    modelId: number,
    limit: number,
    among?: readonly string[],
  ): Promise<UnfilledChunk[]> {
    return db
      .select({ id: chunks.id, text: chunks.chunkText })
      .from(chunks)
      .where(and(among && inArray(chunks.id, [...among]), lacks(modelId)))
      .limit(limit);
  }

  /** Adds vectors of chunks that are still there. One that is there already stays as it is. */
  async function fill(modelId: number, values: readonly NewEmbedding[]): Promise<void> {
    for (const batch of slicesOf(values, BATCH)) {
      // A chunk that is being deleted is not waited for; one that stays comes up in the next round.
      await db.execute(sql`
        insert into ${vectorEmbeddings} (chunk_id, model_id, user_id, embedding)
        select r."chunkId", ${modelId}::smallint, c.user_id, r."embedding"::halfvec
        from json_to_recordset(${toJson(batch)}::json) as r("chunkId" uuid, "embedding" text)
        join ${chunks} c on c.id = r."chunkId"
        for key share of c skip locked
        on conflict do nothing`);
    }
  }

  /**
   * Indexes a model's vectors, where it needs that, while others write. Outside of a transaction,
   * and without a time limit for statements.
   */
  async function createIndex(model: EmbeddingModel): Promise<void> {
    if (needsVectorIndex(model)) await createVectorIndexConcurrently(db, model);
    await db.execute(sql`analyze ${vectorEmbeddings}`);
  }

  /** Drops a model's index and removes its vectors, batch by batch, so that nobody has to wait. */
  async function removeVectors(modelId: number): Promise<void> {
    await dropVectorIndexConcurrently(db, modelId);
    const of = sql`${vectorEmbeddings.modelId} = ${modelId}`;
    for (let after: string | undefined = FIRST; after !== undefined; ) {
      const batch = sql`(select ${vectorEmbeddings.chunkId} from ${vectorEmbeddings}
        where ${of} and ${vectorEmbeddings.chunkId} > ${after}
        order by ${vectorEmbeddings.chunkId} limit ${1_000})`;
      const gone: { id: string }[] = await db
        .delete(vectorEmbeddings)
        .where(sql`${of} and ${vectorEmbeddings.chunkId} in ${batch}`)
        .returning({ id: vectorEmbeddings.chunkId });
      after = gone
        .map(({ id }) => id)
        .sort()
        .at(-1);
    }
  }
}

/** That a chunk has no vector of a model. */
function lacks(modelId: number): SQL<boolean> {
  return sql<boolean>`not exists (select from ${vectorEmbeddings}
    where ${vectorEmbeddings.chunkId} = ${chunks.id} and ${vectorEmbeddings.modelId} = ${modelId})`;
}

/** Before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';
