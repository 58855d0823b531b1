import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { Embeddings } from '../providers/embeddings.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { OwnChunk } from '../repositories/own-vectors.ts';
import { slicesOf } from '../repositories/slices.ts';
import { embedPatiently } from './embed-patiently.ts';

export type RefillDependencies = {
  db: Database;
  repositories: Repositories;
  embeddings: Embeddings;
  modelCalls: Pick<ModelCalls, 'embed'>;
};

export type RefillOptions = {
  /** Without it, all transcripts of the user. */
  transcriptIds?: readonly string[] | undefined;
  /** Also makes those anew that were made before this moment. */
  madeBefore?: Date | undefined;
  signal: AbortSignal;
  /** Is told how much is done, 0 to 1. */
  progress: (fraction: number) => void;
};

/** Chunks in memory at a time, and in one transaction. */
const PAGE = 256;
/** Transcripts whose chunks are looked through at a time, as each page orders all of theirs. */
const SLICE = 32;
/** Nobody changes the same transcripts in three passes. */
const PASSES = 3;

/**
 * Makes the vectors that the user's chunks lack of the active embedding model, page by page. What is
 * stored stays: started again, it goes on where it was.
 *
 * @returns the model's name, and how many vectors were stored
 * @throws AppError `conflict` when the model is switched meanwhile, and what `embedPatiently` throws
 */
export async function refillEmbeddings(
  { db, repositories, embeddings, modelCalls }: RefillDependencies,
  userId: string,
  { transcriptIds, madeBefore, signal, progress }: RefillOptions,
): Promise<{ model: string; embedded: number }> {
  const active = await repositories.embeddingModels.getActive();
  if (!active) throw new Error('no embedding model is active');
  const { id: modelId, name: model } = active;
  const provider = embeddings.providerFor(active);
  const total = await repositories.ownVectors.countChunks(userId, { transcriptIds });
  let embedded = 0;
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const filled = await fillOnce();
    embedded += filled.stored;
    if (filled.missed === 0) return { model, embedded };
  }
  throw new AppError('conflict', 'The transcripts keep being changed.');

  async function fillOnce(): Promise<{ stored: number; missed: number }> {
    const filled = { stored: 0, missed: 0 };
    let seen = 0;
    for (const slice of transcriptIds ? slicesOf(transcriptIds, SLICE) : [undefined]) {
      const plan = { modelId, transcriptIds: slice, madeBefore };
      let after: string | undefined;
      do {
        signal.throwIfAborted();
        const page = await repositories.ownVectors.listChunks(userId, plan, after, PAGE);
        const stored = await fill(page.found);
        filled.stored += stored;
        filled.missed += page.found.length - stored;
        seen += page.seen;
        progress(Math.min(1, seen / Math.max(1, total)));
        after = page.next;
      } while (after !== undefined);
    }
    return filled;
  }

  async function fill(found: readonly OwnChunk[]): Promise<number> {
    if (found.length === 0) return 0;
    const texts = found.map(({ text }) => text);
    const vectors = await embedPatiently({ provider, modelCalls, userId }, texts, { signal });
    const values = vectors.flatMap((vector, index) => {
      const chunkId = found[index]?.id;
      return chunkId === undefined ? [] : [{ chunkId, vector }];
    });
    return db.transaction(async (tx) => {
      const { embeddingModels, ownVectors } = createRepositories(tx);
      if (await embeddingModels.holdActive(modelId)) {
        return ownVectors.put(userId, modelId, values);
      }
      throw new AppError('conflict', 'The embedding model was switched meanwhile.');
    });
  }
}
