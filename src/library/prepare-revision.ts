import { setImmediate } from 'node:timers/promises';
import type { EmbeddingModel } from '../db/schema/index.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { Embeddings } from '../providers/embeddings.ts';
import type { NewChunk, StoredChunk } from '../repositories/chunks.ts';
import type { Repositories } from '../repositories/index.ts';
import { searchConfigFor } from '../retrieval/languages.ts';
import type { Chapter } from '../schemas/chapters.ts';
import type { Segment } from '../schemas/segments.ts';
import { type Chunk, chunkSegments } from '../transcripts/chunking.ts';
import { countTokens } from '../transcripts/tokens.ts';
import { anchorsIn, type PreparedAnchors, prepareAnchors } from './prepare-anchors.ts';

export type PrepareDependencies = {
  repositories: Repositories;
  embeddings: Embeddings;
  modelCalls: Pick<ModelCalls, 'embed'>;
  settings: { chunkWords: number; defaultLanguage: string };
  /** Ends the work between two batches, and goes to the provider. */
  signal?: AbortSignal;
  /** Is told how much of the content has been prepared, 0 to 1. */
  progress?: (fraction: number) => void;
};

/** What a revision says, and in which language. */
export type RevisionContent = {
  segments: readonly Segment[];
  chapters: readonly Chapter[];
  language: string | null;
  /** Of a revision that is stored already. */
  number?: number;
};

/** The chunks of a revision that is to become the current one, and where it says what was cited. */
export type PreparedRevision = RevisionContent & {
  searchConfig: string;
  /** What made the vectors. It has to be active still when they are stored. */
  embeddingModel: EmbeddingModel;
  /** Ids of the chunks that are there already, and stay as they are. */
  kept: string[];
  /** The others, with what the embedding model made of them. */
  added: { chunk: NewChunk; vector: Float32Array }[];
  /** Where citations of the other revisions are in this one. */
  anchors: PreparedAnchors;
};

/** Chunks that are made in one turn of the event loop. */
const TURN = 64;
/** Chunks that are embedded at a time: enough for several requests at once to a provider. */
const BATCH = 512;
/** More than a transcript has: they are read at once, as another revision may come between two pages. */
const MOST_CHUNKS = 1_000_000;

/**
 * Cuts a revision into chunks, embeds those that the transcript does not have yet, and finds what
 * was cited of other revisions. To be called before the transaction: a provider may be slow, and a
 * transaction holds a connection.
 *
 * @param transcriptId the transcript whose chunks may stay; undefined for a new one
 * @throws AppError `model_failed`, `model_timeout`, `model_unavailable` or `quota_exceeded` when there
 *   are no vectors; the signal's reason once it is aborted
 */
export async function prepareRevision(
  { repositories, embeddings, modelCalls, settings, signal, progress }: PrepareDependencies,
  userId: string,
  transcriptId: string | undefined,
  content: RevisionContent,
): Promise<PreparedRevision> {
  const searchConfig = searchConfigFor(content.language ?? settings.defaultLanguage);
  const embeddingModel = await repositories.embeddingModels.getActive();
  if (!embeddingModel) throw new Error('no embedding model is active');
  const provider = embeddings.providerFor(embeddingModel);
  const stored = transcriptId
    ? (await repositories.chunks.listByTranscript(userId, transcriptId, { limit: MOST_CHUNKS }))
        .data
    : [];
  const { chapters, segments } = content;
  const prepared: PreparedRevision = {
    ...content,
    searchConfig,
    embeddingModel,
    kept: [],
    added: [],
    anchors: anchorsIn(segments),
  };
  let fresh: NewChunk[] = [];
  for (const chunk of chunkSegments(segments, { words: settings.chunkWords, chapters })) {
    const before = stored[chunk.chunkIndex];
    if (before?.searchConfig === searchConfig && isSame(before, chunk)) {
      prepared.kept.push(before.id);
    } else {
      fresh.push({ ...chunk, tokenCount: countTokens(chunk.chunkText) });
    }
    if (fresh.length === BATCH) {
      prepared.added.push(...(await embed(fresh)));
      fresh = [];
      progress?.(chunk.lastSegment / segments.length);
    }
    if (chunk.chunkIndex % TURN === 0) await setImmediate();
  }
  prepared.added.push(...(await embed(fresh)));
  if (transcriptId !== undefined) {
    const { number } = content;
    prepared.anchors = await prepareAnchors(repositories, userId, transcriptId, number, segments);
  }
  return prepared;

  async function embed(chunks: readonly NewChunk[]) {
    signal?.throwIfAborted();
    if (chunks.length === 0) return [];
    const texts = chunks.map((chunk) => chunk.chunkText);
    const caller = { userId, purpose: 'embedding' } as const;
    const asked = { texts, purpose: 'document', signal } as const;
    const vectors = await modelCalls.embed(provider, caller, asked);
    return chunks.map((chunk, index) => {
      const vector = vectors[index];
      if (!vector) throw new Error(`${provider.name} made no vector of a text`);
      return { chunk, vector };
    });
  }
}

function isSame(stored: StoredChunk, chunk: Chunk): boolean {
  return (
    stored.chunkText === chunk.chunkText &&
    stored.startMs === chunk.startMs &&
    stored.endMs === chunk.endMs &&
    stored.firstSegment === chunk.firstSegment &&
    stored.lastSegment === chunk.lastSegment
  );
}
