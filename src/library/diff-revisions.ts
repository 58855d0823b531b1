import { setImmediate } from 'node:timers/promises';
import type { Repositories } from '../repositories/index.ts';
import { keyPage, numberAfter, type Page, type PageRequest } from '../repositories/pagination.ts';
import { diffSegments, type SegmentChange } from '../transcripts/diff.ts';
import { findRevision } from './find-revision.ts';
import { readSegments } from './read-segments.ts';

/**
 * What changed from one revision of a transcript to another, segment by segment.
 *
 * @param number the newer revision
 * @param against the older one; unless given, the one that was corrected or came before, which for
 *   the first one is itself
 * @throws AppError `not_found` for a revision
 */
export async function diffRevisions(
  repositories: Repositories,
  userId: string,
  transcriptId: string,
  number: number,
  against: number | undefined,
  { limit, cursor }: PageRequest,
): Promise<Page<SegmentChange>> {
  const revision = await findRevision(repositories, userId, transcriptId, number);
  const older = against ?? revision.baseNumber ?? Math.max(1, number - 1);
  const base = await findRevision(repositories, userId, transcriptId, older);
  const before = await readSegments(repositories, userId, base.id);
  const after = await readSegments(repositories, userId, revision.id);
  const from = numberAfter(cursor) + 1;
  const changes: { change: SegmentChange; place: number }[] = [];
  let place = 0;
  for (const change of diffSegments(before, after)) {
    if (change === undefined) {
      await setImmediate();
      continue;
    }
    if (place >= from) changes.push({ change, place });
    if (changes.length > limit) break;
    place += 1;
  }
  const { data, nextCursor } = keyPage(changes, limit, (found) => found.place);
  return { data: data.map(({ change }) => change), nextCursor };
}
