import { setImmediate } from 'node:timers/promises';
import type { Repositories } from '../repositories/index.ts';
import { keyPage, numberAfter, type Page, type PageRequest } from '../repositories/pagination.ts';
import { diffSegments, type PlacedSegment, type SegmentChange } from '../transcripts/diff.ts';
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
  const before = await readSegments(repositories, userId, base.id, { words: false });
  const after = await readSegments(repositories, userId, revision.id, { words: false });
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
  const page = data.map(({ change }) => change);
  const olds = page.flatMap((change) => change.before?.position ?? []);
  const youngs = page.flatMap((change) => change.after?.position ?? []);
  const withOld = await readWords(repositories, userId, base.id, olds);
  const withYoung = await readWords(repositories, userId, revision.id, youngs);
  return { data: page.map((change) => complete(change, withOld, withYoung)), nextCursor };
}

type Completed = (segment: PlacedSegment) => PlacedSegment;

/** Reads the times of the words of some segments, and gives them to these. */
async function readWords(
  { segments }: Repositories,
  userId: string,
  revisionId: string,
  positions: readonly number[],
): Promise<Completed> {
  const rows = await segments.listAt(userId, revisionId, positions);
  const words = new Map(rows.map((row) => [row.position, row.words]));
  return (segment) => ({ ...segment, words: words.get(segment.position) ?? null });
}

function complete(change: SegmentChange, withOld: Completed, withYoung: Completed): SegmentChange {
  if (change.kind === 'added') return { ...change, after: withYoung(change.after) };
  if (change.kind === 'removed') return { ...change, before: withOld(change.before) };
  return { ...change, before: withOld(change.before), after: withYoung(change.after) };
}
