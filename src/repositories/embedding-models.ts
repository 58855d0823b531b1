import { and, eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type EmbeddingModel, embeddingModels, vectorEmbeddings } from '../db/schema/index.ts';
import { inserted } from './inserted.ts';
import { createVectorIndex, dropVectorIndex, needsVectorIndex } from './vector-indexes.ts';

export type EmbeddingModelsRepository = ReturnType<typeof createEmbeddingModelsRepository>;
type NewEmbeddingModel = Pick<EmbeddingModel, 'provider' | 'name' | 'dimensions'>;

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
    lockActive,
    setActive,
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
      const inside = createEmbeddingModelsRepository(tx);
      const row = await inside.create(model);
      if (needsVectorIndex(row)) await createVectorIndex(tx, row);
      return inside.setActive(row.id);
    });
  }

  /** As {@link activate}, but only where no vectors are stored. @returns the active model then */
  async function activateInEmptyLibrary(model: NewEmbeddingModel): Promise<EmbeddingModel> {
    return db.transaction(async (tx) => {
      const inside = createEmbeddingModelsRepository(tx);
      await inside.lockActive();
      const active = await inside.getActive();
      return active && (await inside.hasVectors()) ? active : inside.activate(model);
    });
  }

  /**
   * Until the transaction ends, nobody holds the active model but this one. Those who hold it now are
   * waited for; those who want it, and vectors that are written, wait. To read it nobody has to wait.
   */
  async function lockActive(): Promise<void> {
    // Rows have no queue: imports without a pause between them would keep their lock for ever.
    await db.execute(sql`lock table ${embeddingModels} in exclusive mode`);
  }

  /** Makes a model the active one; vectors and index are its own affair. */
  async function setActive(id: number): Promise<EmbeddingModel> {
    // The unique index allows one active model at any moment, so the old one goes first.
    await db
      .update(embeddingModels)
      .set({ isActive: false })
      .where(and(eq(embeddingModels.isActive, true), ne(embeddingModels.id, id)));
    const [row] = await db
      .update(embeddingModels)
      .set({ isActive: true })
      .where(eq(embeddingModels.id, id))
      .returning();
    return inserted(row);
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
