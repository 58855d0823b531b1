import type { Repositories } from '../repositories/index.ts';
import type { Place } from '../repositories/mentions.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { type CitablePassage, readPassages } from './passages.ts';

/** A phrase may go on in the two segments behind the one in which it begins. */
const SEGMENTS = 3;

/**
 * Reads what is said at some places, as passages that can be cited; each begins at its place.
 *
 * @returns in the order of `places`, undefined for one that is not there
 */
export async function readPlaces(
  repositories: Repositories,
  userId: string,
  places: readonly Place[],
  scope: ResolvedScope,
): Promise<(CitablePassage | undefined)[]> {
  if (places.length === 0) return [];
  const found = await repositories.mentions.listChunkIds(userId, places);
  const chunkIds = [...new Set(found.map(({ chunkId }) => chunkId))];
  const scores = { lexical: null, semantic: null };
  const hits = chunkIds.map((chunkId) => ({ chunkId, score: 1, scores }));
  const passages = await readPassages(repositories, userId, hits, scope);
  const prefix = passages[0]?.id.replace(/\d+$/, '') ?? 's';
  return places.map(({ transcriptId, position }, index) => {
    for (const passage of passages) {
      if (passage.transcriptId !== transcriptId) continue;
      const at = passage.segments.findIndex((segment) => segment.position === position);
      if (at < 0) continue;
      const segments = passage.segments.slice(at, at + SEGMENTS);
      return { ...passage, id: `${prefix}${index + 1}`, segments };
    }
    return undefined;
  });
}
