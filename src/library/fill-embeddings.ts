import { setTimeout } from 'node:timers/promises';
import type { EmbeddingModel } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { EmbeddingProvider } from '../providers/embeddings.ts';
import type { UnfilledChunk } from '../repositories/embedding-fill.ts';
import type { Repositories } from '../repositories/index.ts';

/** Of all users' chunks, how many have a vector of the model. */
type FillProgress = { done: number; total: number };

/** How vectors of a model are made. */
export type EmbeddingWay = { provider: EmbeddingProvider; modelCalls: ModelCalls };

export type FillOptions = {
  onProgress?: (progress: FillProgress) => void;
  signal?: AbortSignal;
  /** The first wait before trying again, in ms; each further one is twice as long. */
  waitMs?: number;
};

/** Chunks in memory at a time. */
const PAGE = 256;

/** How often a page is tried, beyond what the provider does for each request; about a minute. */
const ATTEMPTS = 6;
const WAIT_MS = 2_000;

/**
 * Adds the vectors that a model lacks, chunk by chunk in the order of their ids. What is stored stays:
 * started again after it was killed, it goes on where it was.
 *
 * @returns how many were added
 * @throws AppError `model_failed`, `model_timeout` or `model_unavailable` when the provider keeps
 *   failing; the signal's reason once it is aborted
 */
export async function fillEmbeddings(
  { embeddings, embeddingFill }: Pick<Repositories, 'embeddings' | 'embeddingFill'>,
  { provider, modelCalls }: EmbeddingWay,
  model: EmbeddingModel,
  { onProgress, signal, waitMs = WAIT_MS }: FillOptions = {},
): Promise<number> {
  const total = await embeddingFill.countChunks();
  const before = await embeddings.count(model.id);
  let added = 0;
  let after: string | undefined;
  do {
    onProgress?.({ done: Math.min(before + added, total), total });
    const { unfilled, next } = await embeddingFill.listUnfilled(model.id, after, PAGE);
    if (unfilled.length > 0) {
      const vectors = await embedPatiently(unfilled);
      const values = unfilled.flatMap(({ id }, index) => {
        const vector = vectors[index];
        return vector ? [{ chunkId: id, vector }] : [];
      });
      await embeddingFill.fill(model.id, values);
      added += values.length;
    }
    after = next;
  } while (after !== undefined);
  onProgress?.({ done: Math.min(before + added, total), total });
  return added;

  async function embedPatiently(chunks: readonly UnfilledChunk[]): Promise<Float32Array[]> {
    const texts = chunks.map((chunk) => chunk.text);
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        const caller = { userId: null, purpose: 'embedding' } as const;
        return await modelCalls.embed(provider, caller, { texts, purpose: 'document', signal });
      } catch (error) {
        if (attempt === ATTEMPTS || !mayPass(error)) throw error;
        const asked = (error.retryAfterSeconds ?? 0) * 1_000;
        const wait = Math.max(asked, waitMs * 2 ** (attempt - 1));
        await setTimeout(wait, undefined, signal ? { signal } : {});
      }
    }
  }
}

function mayPass(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false;
  return error.code === 'model_unavailable' || error.code === 'model_timeout';
}
