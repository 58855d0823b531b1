import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { chunks } from './chunks.ts';
import { createdAt, halfvec } from './columns.ts';

export const embeddingModels = pgTable(
  'embedding_models',
  {
    id: smallint('id').primaryKey().generatedAlwaysAsIdentity(),
    provider: varchar('provider', { length: 100 }).notNull(),
    name: varchar('name', { length: 255 }).notNull(),
    dimensions: integer('dimensions').notNull(),
    isActive: boolean('is_active').notNull().default(false),
    createdAt,
  },
  (t) => [
    unique('embedding_models_unique').on(t.provider, t.name, t.dimensions),
    uniqueIndex('embedding_models_active_unique').on(t.isActive).where(sql`${t.isActive}`),
    // An HNSW index on halfvec takes at most 4,000 dimensions.
    check('embedding_models_dimensions_valid', sql`${t.dimensions} between 1 and 4000`),
  ],
);

export const vectorEmbeddings = pgTable(
  'vector_embeddings',
  {
    chunkId: uuid('chunk_id').notNull(),
    modelId: smallint('model_id')
      .notNull()
      .references(() => embeddingModels.id, { onDelete: 'cascade' }),
    userId: uuid('user_id').notNull(),
    embedding: halfvec('embedding').notNull(),
    createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.chunkId, t.modelId] }),
    foreignKey({
      name: 'vector_embeddings_chunk_fk',
      columns: [t.userId, t.chunkId],
      foreignColumns: [chunks.userId, chunks.id],
    }).onDelete('cascade'),
    index('vector_embeddings_user_id_model_id_index').on(t.userId, t.modelId),
    // The cosine distance of a zero vector is NaN, which sorts as the nearest of all.
    check('vector_embeddings_not_zero', sql`l2_norm(${t.embedding}) > 0`),
  ],
);

export type EmbeddingModel = typeof embeddingModels.$inferSelect;
