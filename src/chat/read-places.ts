import type { Repositories } from '../repositories/index.ts';
import type { Place } from '../repositories/mentions.ts';
import { unscored } from '../retrieval/fusion.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import { passageText } from './moments.ts';
import { type CitablePassage, prefixOf, readPassages } from './passages.ts';

/** What is said somewhere, with what is around it; `from` is where the place begins in its text. */
export type PlacedPassage = { passage: CitablePassage; from: number };

/** A phrase may go on in the two segments behind the one in which it begins. */
const AROUND = 2;

/**
 * Reads what is said at some places, as passages that can be cited.
 *
 * @returns in the order of `places`, undefined for one that is not there
 */
export async function readPlaces(
  repositories: Repositories,
  userId: string,
  places: readonly Place[],
  scope: ResolvedScope,
): Promise<(PlacedPassage | undefined)[]> {
  if (places.length === 0) return [];
  const found = await repositories.mentions.listChunkIds(userId, places);
  const chunkIds = [...new Set(found.map(({ chunkId }) => chunkId))];
  const hits = chunkIds.map((chunkId) => unscored(chunkId, 1));
  const passages = await readPassages(repositories, userId, hits, scope);
  const prefix = prefixOf(passages);
  return places.map(({ transcriptId, position }, index) => {
    for (const passage of passages) {
      if (passage.transcriptId !== transcriptId) continue;
      const at = passage.segments.findIndex((segment) => segment.position === position);
      if (at < 0) continue;
      const first = Math.max(0, at - AROUND);
      const segments = passage.segments.slice(first, at + AROUND + 1);
      const before = passageText({ segments: segments.slice(0, at - first) });
      const from = before === '' ? 0 : before.length + 1;
      return { passage: { ...passage, id: `${prefix}${index + 1}`, segments }, from };
    }
    return undefined;
  });
}
