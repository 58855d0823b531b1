import type { Repositories } from '../../src/repositories/index.ts';
import { createTranscript } from '../helpers/factories.ts';

/** A chunk of a transcript made for a test; it lasts from `startMs` for half a second. */
export type ChunkSpec = { text: string; startMs?: number; tokens?: number };

/** A transcript of chunks as given, in the lexical index but without segments and embeddings. */
export async function addTranscript(
  repositories: Repositories,
  userId: string,
  specs: readonly (string | ChunkSpec)[],
  searchConfig = 'public.parley_simple',
) {
  const { id } = await createTranscript(repositories, userId);
  const values = specs.map((spec, chunkIndex) => {
    const { text, startMs, tokens }: ChunkSpec = typeof spec === 'string' ? { text: spec } : spec;
    return {
      chunkIndex,
      chunkText: text,
      tokenCount: tokens ?? wordsOf(text).length,
      startMs: startMs ?? null,
      endMs: startMs === undefined ? null : startMs + 500,
      firstSegment: chunkIndex,
      lastSegment: chunkIndex,
    };
  });
  const chunkIds = await repositories.chunks.createMany(userId, id, searchConfig, values);
  await repositories.searchIndex.refresh(userId, id);
  return { id, chunkIds };
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}
