import { and, asc, eq, getTableColumns, gt, gte, lt, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type SegmentRow, segments } from '../db/schema/index.ts';
import { MAX_INTEGER } from './pagination.ts';

/** A part of a recording, in ms; all of it where a bound is missing. */
export type SegmentSpan = { fromMs?: number | undefined; toMs?: number | undefined };

const {
  revisionId: _revisionId,
  createdAt: _createdAt,
  ...segmentContent
} = getTableColumns(segments);

export { segmentContent };

/** The times of words are most of a segment, and are left null where nobody looks at them. */
const wordless = { ...segmentContent, words: sql<null>`null` };
/** What is read of the segments of a revision. */
export type SegmentParts = SegmentSpan & { words?: false };
export type SegmentContent = Omit<SegmentRow, 'revisionId' | 'createdAt'>;

/** `limit + 1` segments of a revision of which it is known whose it is. */
export function readSegmentPage(
  db: Database,
  revisionId: string,
  limit: number,
  after = -1,
  { fromMs, toMs, words }: SegmentParts = {},
): Promise<SegmentContent[]> {
  const whole = fromMs === undefined && toMs === undefined;
  return db
    .select(words === false ? wordless : segmentContent)
    .from(segments)
    .where(
      and(
        eq(segments.revisionId, revisionId),
        gt(segments.position, after),
        // Positions have no gaps. Without an end the planner may read and sort a whole revision.
        whole ? lte(segments.position, Math.min(after + limit + 1, MAX_INTEGER)) : undefined,
        // One without a length is within a span that begins with it.
        fromMs === undefined
          ? undefined
          : or(gt(segments.endMs, fromMs), gte(segments.startMs, fromMs)),
        toMs === undefined ? undefined : lt(segments.startMs, toMs),
      ),
    )
    .orderBy(asc(segments.position))
    .limit(limit + 1);
}
