import type { Repositories } from '../repositories/index.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { ResolvedScope } from '../schemas/scope.ts';
import type { FusedHit } from './fusion.ts';
import { AROUND_MS } from './playhead.ts';

/** Chunks are 25 to 45 s long: two minutes hold no more, unless many speak at once. */
const MOST_NEAR = 100;

/**
 * Raises the hits around a playhead: at the moment a score doubles, and the gain falls to nothing a
 * minute away. A chunk that does not fit the question stays where it is, however near.
 *
 * @returns all hits by falling score
 */
export async function raiseNear(
  { playhead }: Repositories,
  userId: string,
  scope: ResolvedScope,
  near: Playhead | undefined,
  hits: FusedHit[],
): Promise<FusedHit[]> {
  if (!near) return hits;
  const { transcriptId, atMs } = near;
  const window = { atMs, withinMs: AROUND_MS };
  const found = await playhead.listNear(userId, scope, transcriptId, window, MOST_NEAR);
  const gains = new Map(
    found.map(({ chunkId, distanceMs }) => [chunkId, 1 - distanceMs / AROUND_MS]),
  );
  return hits
    .map((hit) => ({ ...hit, score: hit.score * (1 + (gains.get(hit.chunkId) ?? 0)) }))
    .sort((a, b) => b.score - a.score);
}
