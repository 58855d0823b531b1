import { and, eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  chunks,
  type EmbeddingModel,
  embeddingModels,
  vectorEmbeddings,
} from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { createVectorIndex, dropVectorIndex, needsVectorIndex } from './vector-indexes.ts';

export type EmbeddingModelsRepository = ReturnType<typeof createEmbeddingModelsRepository>;
export type NewEmbeddingModel = Pick<EmbeddingModel, 'provider' | 'name' | 'dimensions'>;

/**
 * Embedding models, which all users share. One of them is active: the one whose vectors are searched
 * and written. Whoever writes vectors holds its row, so that it stays active until they are committed.
 */
export function createEmbeddingModelsRepository(db: Database) {
  return {
    create,
    list,
    getActive,
    holdActive,
    hasVectors,
    activate,
    activateInEmptyLibrary,
    activateWhenComplete,
    dropUnneededIndexes,
    delete: deleteModel,
  };

  /** The row of a model, which is made where there is none. */
  async function create(model: NewEmbeddingModel): Promise<EmbeddingModel> {
    await db.insert(embeddingModels).values(model).onConflictDoNothing();
    const [row] = await db
      .select()
      .from(embeddingModels)
      .where(
        and(
          eq(embeddingModels.provider, model.provider),
          eq(embeddingModels.name, model.name),
          eq(embeddingModels.dimensions, model.dimensions),
        ),
      );
    return inserted(row);
  }

  async function list(): Promise<EmbeddingModel[]> {
    return db.select().from(embeddingModels).orderBy(embeddingModels.id);
  }

  async function getActive(): Promise<EmbeddingModel | undefined> {
    const [row] = await db.select().from(embeddingModels).where(eq(embeddingModels.isActive, true));
    return row;
  }

  /**
   * Keeps a model active until the transaction ends.
   *
   * @returns false when it is not the active one any more
   */
  async function holdActive(id: number): Promise<boolean> {
    const rows = await db
      .select({ id: embeddingModels.id })
      .from(embeddingModels)
      .where(and(eq(embeddingModels.id, id), eq(embeddingModels.isActive, true)))
      // A key share lock would let a switch pass, because it changes no key.
      .for('share');
    return rows.length > 0;
  }

  /** Whether any model has made any vector. */
  async function hasVectors(): Promise<boolean> {
    const rows = await db.select({ one: sql`1` }).from(vectorEmbeddings).limit(1);
    return rows.length > 0;
  }

  /** Makes a model the active one, whatever vectors there are, with its index where it has one. */
  async function activate(model: NewEmbeddingModel): Promise<EmbeddingModel> {
    return db.transaction(async (tx) => {
      const row = await createEmbeddingModelsRepository(tx).create(model);
      if (needsVectorIndex(row)) await createVectorIndex(tx, row);
      return setActive(tx, row.id);
    });
  }

  /** As {@link activate}, but only where no vectors are stored. @returns the active model then */
  async function activateInEmptyLibrary(model: NewEmbeddingModel): Promise<EmbeddingModel> {
    return db.transaction(async (tx) => {
      const held = await lockActive(tx);
      const inside = createEmbeddingModelsRepository(tx);
      return held && (await inside.hasVectors()) ? held : inside.activate(model);
    });
  }

  /**
   * Makes a model the active one, provided that it has a vector for every chunk. Imports that write
   * vectors of the model before are waited for; those that come later see the new one.
   *
   * @returns false when there are chunks without a vector; then nothing has changed
   */
  async function activateWhenComplete(id: number): Promise<boolean> {
    return db.transaction(async (tx) => {
      await lockActive(tx);
      const [missing] = await tx
        .select({ one: sql`1` })
        .from(chunks)
        .where(
          sql`not exists (select from ${vectorEmbeddings}
            where ${vectorEmbeddings.chunkId} = ${chunks.id} and ${vectorEmbeddings.modelId} = ${id})`,
        )
        .limit(1);
      if (missing) return false;
      await setActive(tx, id);
      return true;
    });
  }

  /** Drops the vector indexes of models that are searched without one. */
  async function dropUnneededIndexes(): Promise<void> {
    for (const model of await list()) {
      if (!needsVectorIndex(model)) await dropVectorIndex(db, model.id);
    }
  }

  /** Removes a model, its vectors and its index. @returns whether there was such a model */
  async function deleteModel(id: number): Promise<boolean> {
    return db.transaction(async (tx) => {
      await dropVectorIndex(tx, id);
      const rows = await tx
        .delete(embeddingModels)
        .where(eq(embeddingModels.id, id))
        .returning({ id: embeddingModels.id });
      return rows.length > 0;
    });
  }
}

/** Waits for everybody who holds the active model, and lets nobody hold it until the end. */
async function lockActive(tx: Database): Promise<EmbeddingModel | undefined> {
  const [row] = await tx
    .select()
    .from(embeddingModels)
    .where(eq(embeddingModels.isActive, true))
    .for('no key update');
  return row;
}

async function setActive(tx: Database, id: number): Promise<EmbeddingModel> {
  // The unique index allows one active model at any moment, so the old one goes first.
  await tx
    .update(embeddingModels)
    .set({ isActive: false })
    .where(and(eq(embeddingModels.isActive, true), ne(embeddingModels.id, id)));
  const [row] = await tx
    .update(embeddingModels)
    .set({ isActive: true })
    .where(eq(embeddingModels.id, id))
    .returning();
  return inserted(row);
}
