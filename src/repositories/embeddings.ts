import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { vectorEmbeddings } from '../db/schema/index.ts';
import { slicesOf } from './slices.ts';

export type EmbeddingsRepository = ReturnType<typeof createEmbeddingsRepository>;
export type NewEmbedding = { chunkId: string; vector: Float32Array };

/**
 * Rows in one statement. A row takes up to 20 ms where its index is large, and a statement must stay
 * far below its time limit of 10 s.
 */
const BATCH = 100;

/** The vectors that embedding models made of chunks. */
export function createEmbeddingsRepository(db: Database) {
  return { createMany, count };

  /** Adds what a model made of the user's chunks. */
  async function createMany(
    userId: string,
    modelId: number,
    values: readonly NewEmbedding[],
  ): Promise<void> {
    for (const batch of slicesOf(values, BATCH)) {
      await db.execute(sql`
        insert into ${vectorEmbeddings} (chunk_id, model_id, user_id, embedding)
        select r."chunkId", ${modelId}::smallint, ${userId}::uuid, r."embedding"::halfvec
        from json_to_recordset(${toJson(batch)}::json)
          as r("chunkId" uuid, "embedding" text)`);
    }
  }

  /** How many vectors of a model there are, of all users. */
  async function count(modelId: number): Promise<number> {
    return db.$count(vectorEmbeddings, eq(vectorEmbeddings.modelId, modelId));
  }
}

/** Vectors as one parameter of a statement. */
export function toJson(values: readonly NewEmbedding[]): string {
  return JSON.stringify(
    values.map(({ chunkId, vector }) => ({ chunkId, embedding: toText(vector) })),
  );
}

/** A vector as pgvector reads it. Half precision holds three to four significant digits. */
export function toText(vector: Float32Array): string {
  return `[${Array.from(vector, (value) => Math.round(value * 1e5) / 1e5).join(',')}]`;
}
