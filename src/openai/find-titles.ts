import type { Repositories } from '../repositories/index.ts';

/** Finds the titles of a user's transcripts, each once; null for one that has none, or is gone. */
export function createTitles({ transcripts }: Repositories, userId: string) {
  const known = new Map<string, Promise<string | null>>();
  return function titleOf(transcriptId: string): Promise<string | null> {
    const found = known.get(transcriptId) ?? find(transcriptId);
    known.set(transcriptId, found);
    return found;
  };

  async function find(transcriptId: string): Promise<string | null> {
    return (await transcripts.getById(userId, transcriptId))?.title ?? null;
  }
}
