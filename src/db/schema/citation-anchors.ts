import { sql } from 'drizzle-orm';
import { check, integer, pgTable, uuid, varchar } from 'drizzle-orm/pg-core';
import { citations } from './citations.ts';
import { createdAt, oneOf } from './columns.ts';

/** Same words at the same moment; same words at another moment; words that are no longer there. */
export const ANCHOR_STATUSES = ['anchored', 'moved', 'lost'] as const;

/**
 * Where the words of a citation are in the transcript's current revision. A citation of that very
 * revision has no row here: it is where it says it is.
 */
export const citationAnchors = pgTable(
  'citation_anchors',
  {
    citationId: uuid('citation_id')
      .primaryKey()
      .references(() => citations.id, { onDelete: 'cascade' }),
    status: varchar('status', { length: 50, enum: ANCHOR_STATUSES }).notNull(),
    revision: integer('revision_number').notNull(),
    /** Null for a lost one, whose link goes on opening the second that was cited. */
    firstSegment: integer('first_segment'),
    lastSegment: integer('last_segment'),
    startMs: integer('start_ms'),
    endMs: integer('end_ms'),
    createdAt,
  },
  (t) => [
    oneOf('citation_anchors_status_valid', t.status, ANCHOR_STATUSES),
    check('citation_anchors_revision_valid', sql`${t.revision} > 0`),
    check(
      'citation_anchors_lost_valid',
      sql`(${t.status} = 'lost') = (${t.firstSegment} is null) and (${t.status} = 'lost') = (${t.lastSegment} is null)`,
    ),
    check(
      'citation_anchors_segments_valid',
      sql`${t.firstSegment} >= 0 and ${t.lastSegment} >= ${t.firstSegment}`,
    ),
    check(
      'citation_anchors_times_whole',
      sql`(${t.startMs} is null) = (${t.endMs} is null) and (${t.status} <> 'lost' or ${t.startMs} is null)`,
    ),
    check('citation_anchors_times_valid', sql`${t.startMs} >= 0 and ${t.endMs} >= ${t.startMs}`),
  ],
);

export type CitationAnchor = typeof citationAnchors.$inferSelect;
