import type { Repositories } from '../repositories/index.ts';
import type { Segment } from '../schemas/segments.ts';

/** Segments that are read at a time. */
const PAGE = 5_000;

/** All segments of a revision, in order; without the times of their words unless these are wanted. */
export async function readSegments(
  { segments }: Repositories,
  userId: string,
  revisionId: string,
  only: { words?: false } = {},
): Promise<Segment[]> {
  const all: Segment[] = [];
  let cursor: string | undefined;
  do {
    const page = await segments.listByRevision(userId, revisionId, {
      limit: PAGE,
      cursor,
      ...only,
    });
    for (const { position: _position, ...segment } of page.data) all.push(segment);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return all;
}
