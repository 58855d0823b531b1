import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { chunks, type EmbeddingModel, vectorEmbeddings } from '../db/schema/index.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { toText } from './embeddings.ts';
import { chunkInScope } from './scope-condition.ts';

export type SemanticSearchRepository = ReturnType<typeof createSemanticSearchRepository>;
/** `similarity` is the cosine, between -1 and 1. */
export type SemanticHit = { chunkId: string; similarity: number };

/** The nearest chunks by the cosine of one model's vectors; models are never mixed. */
export function createSemanticSearchRepository(db: Database) {
  return { nearestExact, nearest, compare };

  /** Compares every chunk of the scope. Right for a scope of up to about 10,000 chunks. */
  async function nearestExact(
    userId: string,
    model: EmbeddingModel,
    vector: Float32Array,
    scope: ResolvedScope,
    limit: number,
  ): Promise<SemanticHit[]> {
    // The bare column is not what the HNSW index is on, so the planner cannot take it.
    const distance = sql`${vectorEmbeddings.embedding} <=> ${toText(vector)}::halfvec`;
    return byDistance(db, candidates(userId, model, scope, distance, limit));
  }

  /**
   * Walks the HNSW index, and goes on until `limit` chunks of the scope are found. When the walk
   * gives up early it compares every chunk instead: a filter never costs results.
   */
  async function nearest(
    userId: string,
    model: EmbeddingModel,
    vector: Float32Array,
    scope: ResolvedScope,
    limit: number,
  ): Promise<SemanticHit[]> {
    const dimensions = sql.raw(String(model.dimensions));
    const distance = sql`${vectorEmbeddings.embedding}::halfvec(${dimensions})
      <=> ${toText(vector)}::halfvec(${dimensions})`;
    const hits = await db.transaction(async (tx) => {
      await tx.execute(sql`set local hnsw.iterative_scan = relaxed_order`);
      return byDistance(tx, candidates(userId, model, scope, distance, limit));
    });
    return hits.length < limit ? nearestExact(userId, model, vector, scope, limit) : hits;
  }

  /** Compares these chunks of the user's, and no others. */
  async function compare(
    userId: string,
    model: EmbeddingModel,
    vector: Float32Array,
    chunkIds: readonly string[],
  ): Promise<SemanticHit[]> {
    if (chunkIds.length === 0) return [];
    return byDistance(
      db,
      sql`select ${vectorEmbeddings.chunkId} as chunk_id,
          ${vectorEmbeddings.embedding} <=> ${toText(vector)}::halfvec as distance
        from ${vectorEmbeddings}
        where ${vectorEmbeddings.modelId} = ${model.id} and ${eq(vectorEmbeddings.userId, userId)}
          and ${vectorEmbeddings.chunkId} = any(${sql.param([...chunkIds])}::uuid[])`,
    );
  }
}

/** The chunks with the smallest distances, ordered by the bare distance: only that uses the index. */
function candidates(
  userId: string,
  model: EmbeddingModel,
  scope: ResolvedScope,
  distance: SQL,
  limit: number,
): SQL {
  const inScope = chunkInScope(userId, scope);
  return sql`
    select ${vectorEmbeddings.chunkId} as chunk_id, ${distance} as distance
    from ${vectorEmbeddings}
    ${inScope && sql`join ${chunks} on ${chunks.id} = ${vectorEmbeddings.chunkId} and ${inScope}`}
    where ${vectorEmbeddings.modelId} = ${sql.raw(String(model.id))}
      and ${eq(vectorEmbeddings.userId, userId)}
    order by ${distance} limit ${limit}`;
}

/** An iterative scan may return rows slightly out of order, so they are sorted once more. */
function byDistance(db: Database, statement: SQL): Promise<SemanticHit[]> {
  return db.select({ chunkId: sql<string>`chunk_id`, similarity: sql<number>`1 - distance` }).from(
    sql`(with nearest as materialized (${statement})
        select * from nearest order by distance, chunk_id) as hits`,
  );
}
