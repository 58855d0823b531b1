import { and, asc, eq, getTableColumns, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { segments, transcriptRevisions, transcripts } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Segment } from '../schemas/segments.ts';
import {
  cutPage,
  keyPage,
  numberAfter,
  numbersAfter,
  type Page,
  type PageRequest,
} from './pagination.ts';
import {
  readSegmentPage,
  type SegmentContent,
  type SegmentParts,
  segmentContent,
} from './segment-pages.ts';
import { copySegments, insertSegments } from './segment-statements.ts';
import { slicesOf } from './slices.ts';

export type SegmentsRepository = ReturnType<typeof createSegmentsRepository>;
/** A run of segments, both ends included. */
export type SegmentRange = { transcriptId: string; firstSegment: number; lastSegment: number };

/** Rows in one statement: large enough to be fast, small enough for the statement time-out. */
const BATCH = 2_000;

/** Segments belong to the owner of their revision. */
export function createSegmentsRepository(db: Database) {
  return { createMany, copy, listByRevision, listByTranscript, listRanges, listAt };

  /** Adds the segments of a revision, in order, from position 0. */
  async function createMany(
    userId: string,
    revisionId: string,
    values: readonly Segment[],
  ): Promise<void> {
    let position = 0;
    for (const batch of slicesOf(values, BATCH)) {
      const rows = batch.map((segment, index) => ({ ...segment, position: position + index }));
      await db.execute(insertSegments(userId, revisionId, rows));
      position += batch.length;
    }
  }

  /** The segments of a revision, or those of them that something of is said within a span. */
  async function listByRevision(
    userId: string,
    revisionId: string,
    { limit, cursor, ...parts }: PageRequest & SegmentParts,
  ): Promise<Page<SegmentContent>> {
    const [owned] = await db
      .select({ id: transcriptRevisions.id })
      .from(transcriptRevisions)
      .where(and(eq(transcriptRevisions.userId, userId), eq(transcriptRevisions.id, revisionId)));
    const after = numberAfter(cursor);
    const rows = owned ? await readSegmentPage(db, owned.id, limit, after, parts) : [];
    return keyPage(rows, limit, (row) => row.position);
  }

  /** Adds the segments of another revision of the transcript to one that has none, but for what changed. */
  async function copy(
    userId: string,
    fromRevisionId: string,
    toRevisionId: string,
    changed: readonly (Segment & { position: number })[],
  ): Promise<void> {
    await db.execute(copySegments(userId, fromRevisionId, toRevisionId, changed));
  }

  /**
   * The segments of one revision of a transcript. A cursor goes on in the revision that it comes
   * from, also when another one has become the current one since.
   *
   * @param number of the revision; the current one unless given
   */
  async function listByTranscript(
    userId: string,
    transcriptId: string,
    { limit, cursor }: PageRequest,
    number?: number,
  ): Promise<Page<SegmentContent>> {
    const [position, pinned = number] = numbersAfter(cursor, 2);
    if (number !== undefined && pinned !== number) throw new AppError('invalid_cursor');
    // First the revision, then its segments: with a known revision they are read in the order of
    // the index, where a join would make the planner read and sort all of them.
    const [revision] = await db
      .select({ id: transcriptRevisions.id, number: transcriptRevisions.number })
      .from(transcripts)
      .innerJoin(transcriptRevisions, eq(transcriptRevisions.transcriptId, transcripts.id))
      .where(
        and(
          eq(transcripts.userId, userId),
          eq(transcripts.id, transcriptId),
          pinned === undefined
            ? eq(transcriptRevisions.id, transcripts.currentRevisionId)
            : eq(transcriptRevisions.number, pinned),
        ),
      );
    if (!revision) return { data: [], nextCursor: null };
    const rows = await readSegmentPage(db, revision.id, limit, position);
    return cutPage(rows, limit, (row) => [row.position, revision.number]);
  }

  /** The segments of several runs in current revisions, by transcript and position. */
  async function listRanges(userId: string, ranges: readonly SegmentRange[]) {
    if (ranges.length === 0) return [];
    return ofCurrentRevision(and(eq(transcripts.userId, userId), or(...ranges.map(inRange))));
  }

  /** The segments at some positions of a revision, in order. */
  async function listAt(
    userId: string,
    revisionId: string,
    positions: readonly number[],
  ): Promise<SegmentContent[]> {
    const owned = db
      .select({ id: transcriptRevisions.id })
      .from(transcriptRevisions)
      .where(and(eq(transcriptRevisions.userId, userId), eq(transcriptRevisions.id, revisionId)));
    return db
      .select(segmentContent)
      .from(segments)
      .where(and(inArray(segments.revisionId, owned), inArray(segments.position, [...positions])))
      .orderBy(asc(segments.position));
  }

  function ofCurrentRevision(where: SQL | undefined) {
    return db
      .select({ ...getTableColumns(segments), transcriptId: transcripts.id })
      .from(segments)
      .innerJoin(transcripts, eq(transcripts.currentRevisionId, segments.revisionId))
      .where(where)
      .orderBy(asc(transcripts.id), asc(segments.position));
  }
}

function inRange(range: SegmentRange) {
  return and(
    eq(transcripts.id, range.transcriptId),
    sql`${segments.position} between ${range.firstSegment} and ${range.lastSegment}`,
  );
}
