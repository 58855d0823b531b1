import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type EmbeddingModel, embeddingModels, vectorEmbeddings } from '../db/schema/index.ts';
import { batchesOf } from './batches.ts';
import { inserted } from './inserted.ts';

export type EmbeddingsRepository = ReturnType<typeof createEmbeddingsRepository>;
export type NewEmbedding = { chunkId: string; vector: Float32Array };

/**
 * Rows in one statement. A row takes up to 20 ms where its index is large, and a statement must stay
 * far below its time limit of 10 s.
 */
const BATCH = 100;

/** Embedding models, which all users share, and the vectors that they made of chunks. */
export function createEmbeddingsRepository(db: Database) {
  return { activate, createMany, deleteModel };

  /**
   * Makes a model the one that is searched with, and creates its vector index when it is new.
   * To be called by one process at a time.
   */
  async function activate(
    model: Pick<EmbeddingModel, 'provider' | 'name' | 'dimensions'>,
  ): Promise<EmbeddingModel> {
    return db.transaction(async (tx) => {
      await tx.insert(embeddingModels).values(model).onConflictDoNothing();
      const [row] = await tx
        .select()
        .from(embeddingModels)
        .where(
          and(
            eq(embeddingModels.provider, model.provider),
            eq(embeddingModels.name, model.name),
            eq(embeddingModels.dimensions, model.dimensions),
          ),
        );
      const { id, dimensions } = inserted(row);
      // The unique index allows one active model at any moment, so the old one goes first.
      await tx
        .update(embeddingModels)
        .set({ isActive: false })
        .where(and(eq(embeddingModels.isActive, true), sql`${embeddingModels.id} <> ${id}`));
      const [active] = await tx
        .update(embeddingModels)
        .set({ isActive: true })
        .where(eq(embeddingModels.id, id))
        .returning();
      // `if not exists` alone would lock the table, and want its owner, at every start.
      if (!(await indexExists(tx, indexName(id)))) {
        await tx.execute(sql`create index if not exists ${sql.identifier(indexName(id))}
          on ${vectorEmbeddings}
          using hnsw ((embedding::halfvec(${sql.raw(String(dimensions))})) halfvec_cosine_ops)
          where model_id = ${sql.raw(String(id))}`);
      }
      return inserted(active);
    });
  }

  /** Adds what a model made of the user's chunks. */
  async function createMany(
    userId: string,
    modelId: number,
    values: readonly NewEmbedding[],
  ): Promise<void> {
    for (const batch of batchesOf(values, BATCH)) {
      const rows = batch.map(({ chunkId, vector }) => ({ chunkId, embedding: toText(vector) }));
      await db.execute(sql`
        insert into ${vectorEmbeddings} (chunk_id, model_id, user_id, embedding)
        select r."chunkId", ${modelId}::smallint, ${userId}::uuid, r."embedding"::halfvec
        from json_to_recordset(${JSON.stringify(rows)}::json)
          as r("chunkId" uuid, "embedding" text)`);
    }
  }

  /** Removes a model, its vectors and its index. @returns whether there was such a model */
  async function deleteModel(id: number): Promise<boolean> {
    return db.transaction(async (tx) => {
      await tx.execute(sql`drop index if exists ${sql.identifier(indexName(id))}`);
      const rows = await tx
        .delete(embeddingModels)
        .where(eq(embeddingModels.id, id))
        .returning({ id: embeddingModels.id });
      return rows.length > 0;
    });
  }
}

const indexName = (modelId: number) => `vector_embeddings_model_${modelId}_index`;

/** A vector as pgvector reads it. Half precision holds three to four significant digits. */
export function toText(vector: Float32Array): string {
  return `[${Array.from(vector, (value) => Math.round(value * 1e5) / 1e5).join(',')}]`;
}

async function indexExists(db: Database, name: string): Promise<boolean> {
  const [row] = await db
    .select({ found: sql<boolean>`to_regclass(${name}) is not null` })
    .from(sql`(select 1) as one`);
  return row?.found ?? false;
}
