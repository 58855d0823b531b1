import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type EmbeddingModel, vectorEmbeddings } from '../db/schema/index.ts';

/**
 * Whether a model's vectors are indexed. Hashed ones are not: it took six sevenths of the time of an
 * import, and of the really nearest 100 it found 14, because hashed vectors lie all far apart.
 */
export function needsVectorIndex({ provider }: Pick<EmbeddingModel, 'provider'>): boolean {
  return provider !== 'hash';
}

/** Creates the index of a model's vectors, unless it is there. */
export async function createVectorIndex(
  db: Database,
  model: Pick<EmbeddingModel, 'id' | 'dimensions'>,
): Promise<void> {
  // `if not exists` alone would lock the table, and want its owner, at every start.
  if ((await stateOf(db, model.id)) === 'absent') await db.execute(definition(model, sql``));
}

/**
 * Creates it while others write, which takes longer. To be called outside of a transaction, and by
 * one process at a time: an index that is not valid counts as left behind by one that was killed.
 */
export async function createVectorIndexConcurrently(
  db: Database,
  model: Pick<EmbeddingModel, 'id' | 'dimensions'>,
): Promise<void> {
  const state = await stateOf(db, model.id);
  if (state === 'valid') return;
  if (state === 'invalid') await dropVectorIndexConcurrently(db, model.id);
  await db.execute(definition(model, sql`concurrently`));
}

/** Drops the index of a model's vectors, where there is one. */
export async function dropVectorIndex(db: Database, modelId: number): Promise<void> {
  if ((await stateOf(db, modelId)) === 'absent') return;
  await db.execute(sql`drop index if exists ${sql.identifier(indexName(modelId))}`);
}

/** Drops it while others read and write. To be called outside of a transaction. */
export async function dropVectorIndexConcurrently(db: Database, modelId: number): Promise<void> {
  if ((await stateOf(db, modelId)) === 'absent') return;
  await db.execute(sql`drop index concurrently if exists ${sql.identifier(indexName(modelId))}`);
}

function definition({ id, dimensions }: Pick<EmbeddingModel, 'id' | 'dimensions'>, how: SQL): SQL {
  return sql`create index ${how} ${sql.identifier(indexName(id))}
    on ${vectorEmbeddings}
    using hnsw ((embedding::halfvec(${sql.raw(String(dimensions))})) halfvec_cosine_ops)
    where model_id = ${sql.raw(String(id))}`;
}

async function stateOf(db: Database, modelId: number): Promise<'absent' | 'valid' | 'invalid'> {
  const [row] = await db
    .select({ valid: sql<boolean>`indisvalid` })
    .from(sql`pg_index`)
    .where(sql`indexrelid = to_regclass(${indexName(modelId)})`);
  if (!row) return 'absent';
  return row.valid ? 'valid' : 'invalid';
}

const indexName = (modelId: number) => `vector_embeddings_model_${modelId}_index`;
