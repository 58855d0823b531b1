import {
  type AnyColumn,
  and,
  eq,
  gt,
  gte,
  inArray,
  lt,
  lte,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import {
  chunks,
  mediaSources,
  segments,
  transcriptSpeakers,
  transcripts,
} from '../db/schema/index.ts';
import type { ResolvedScope, Scope } from '../schemas/scope.ts';
import { metadataMatches } from './metadata-condition.ts';

type Span = { transcriptId: AnyColumn; startMs: AnyColumn; endMs: AnyColumn };

const ofSegment: Span = {
  transcriptId: transcripts.id,
  startMs: segments.startMs,
  endMs: segments.endMs,
};

/**
 * The condition that a chunk is in a scope; undefined for the whole library. Where the scope ends
 * at a moment, a chunk that goes on behind it is outside (see `repositories/playhead.ts`), unless
 * those that have begun are asked for.
 */
export function chunkInScope(userId: string, scope: ResolvedScope): SQL | undefined {
  const { transcriptIds, timeRanges, speakers, until } = scope;
  const inTranscript = transcriptMatches(scope);
  const inScope = and(
    transcriptIds && inArray(chunks.transcriptId, transcriptIds),
    timeRanges && overlaps(timeRanges, chunks),
    until &&
      or(
        ne(chunks.transcriptId, until.transcriptId),
        until.begun ? chunkHasBegun(userId, scope, until.atMs) : chunkHasEnded(userId, until.atMs),
      ),
    // First the transcripts, so that the segments of the others are not looked at.
    speakers &&
      sql`${chunks.transcriptId} in (select ${transcriptSpeakers.transcriptId}
        from ${transcriptSpeakers} where ${transcriptSpeakers.userId} = ${userId}
          and ${inArray(transcriptSpeakers.label, speakers)})`,
    speakers && hasSegment(userId, and(saidBy(scope), rangesOfSegment(scope))),
    inTranscript &&
      sql`exists (select from ${transcripts} where ${transcripts.userId} = ${userId}
        and ${transcripts.id} = ${chunks.transcriptId} and ${inTranscript})`,
  );
  // The owner, whoever asks: within a larger statement the planner may start from any table.
  return inScope && and(eq(chunks.userId, userId), inScope);
}

/**
 * The condition that a segment is in a scope, for statements that join `segments` with
 * `transcripts` by its current revision, and name the owner themselves; undefined for the whole
 * library. Where the scope ends at a moment, only what has ended by then is in it.
 */
export function segmentInScope(scope: ResolvedScope): SQL | undefined {
  const { transcriptIds, until } = scope;
  return and(
    transcriptIds && inArray(transcripts.id, transcriptIds),
    transcriptMatches(scope),
    rangesOfSegment(scope),
    saidBy(scope),
    until && or(ne(transcripts.id, until.transcriptId), lte(segments.endMs, until.atMs)),
  );
}

/** Whether a chunk is over at a moment: all of its segments, or, with times of words, its part of one. */
export function chunkHasEnded(userId: string, atMs: number): SQL | undefined {
  const wordless = sql`coalesce(${segments.words}, '[]') = '[]'`;
  const goesOn = and(gt(segments.endMs, atMs), wordless);
  return and(lte(chunks.endMs, atMs), sql`not ${hasSegment(userId, goesOn)}`);
}

/** Whether something of a chunk that is in the scope has been said at a moment; see `cutSegment`. */
function chunkHasBegun(userId: string, scope: Scope, atMs: number): SQL | undefined {
  const firstWordEnds = sql`(${segments.words} -> 0 ->> 'endMs')::integer`;
  const said = or(lte(segments.endMs, atMs), lte(firstWordEnds, atMs));
  const known = and(saidBy(scope), rangesOfSegment(scope), said);
  return and(lte(chunks.startMs, atMs), hasSegment(userId, known));
}

/** Whether one of a chunk's segments is as it should be; `offset 0` keeps it a look-up for each chunk. */
function hasSegment(userId: string, condition: SQL | undefined): SQL {
  return sql`exists (select from ${transcripts}
    join ${segments} on ${segments.revisionId} = ${transcripts.currentRevisionId}
    where ${transcripts.userId} = ${userId} and ${transcripts.id} = ${chunks.transcriptId}
      and ${segments.position} between ${chunks.firstSegment} and ${chunks.lastSegment}
      and ${condition} offset 0)`;
}

/**
 * The condition that a scope has something of a transcript: it is named, was published then, and
 * somebody of the scope speaks in it; undefined for the whole library.
 */
export function transcriptOfScope(scope: Scope): SQL | undefined {
  const { speakers } = scope;
  return and(
    transcriptInScope(transcripts.id, scope),
    transcriptMatches(scope),
    speakers &&
      sql`exists (select from ${transcriptSpeakers}
        where ${transcriptSpeakers.userId} = ${transcripts.userId}
          and ${transcriptSpeakers.transcriptId} = ${transcripts.id}
          and ${inArray(transcriptSpeakers.label, speakers)})`,
  );
}

/** What a scope says about transcripts, beside their ids. */
function transcriptMatches({ publishedAfter, publishedBefore, metadata }: Scope): SQL | undefined {
  const { publishedAt } = mediaSources;
  const published = and(
    publishedAfter === undefined ? undefined : gte(publishedAt, new Date(publishedAfter)),
    publishedBefore === undefined ? undefined : lt(publishedAt, new Date(publishedBefore)),
  );
  return and(
    published &&
      sql`exists (select from ${mediaSources} where ${mediaSources.userId} = ${transcripts.userId}
        and ${mediaSources.id} = ${transcripts.mediaSourceId} and ${published})`,
    metadata && metadataMatches(metadata),
  );
}

function saidBy({ speakers }: Scope): SQL | undefined {
  return speakers && inArray(segments.speaker, speakers);
}

function rangesOfSegment({ timeRanges }: Scope): SQL | undefined {
  return timeRanges && overlaps(timeRanges, ofSegment);
}

/** Whether a span is in one of the ranges; see `spanInScope`, which says the same of values. */
function overlaps(ranges: NonNullable<Scope['timeRanges']>, span: Span): SQL | undefined {
  return or(
    ...ranges.map((range) =>
      and(
        eq(span.transcriptId, range.transcriptId),
        lt(span.startMs, Math.max(range.endMs, range.startMs + 1)),
        or(gt(span.endMs, range.startMs), eq(span.startMs, range.startMs)),
      ),
    ),
  );
}

/** Whether all of a transcript is in a scope, or nothing of it: it names no more than transcripts. */
export function isOfWholeTranscripts({ transcriptIds: _ids, ...others }: ResolvedScope): boolean {
  return Object.values(others).every((value) => value === undefined);
}

/** The condition that a transcript may have chunks in a scope; undefined for the whole library. */
export function transcriptInScope(
  id: AnyColumn,
  { transcriptIds, timeRanges }: Scope,
): SQL | undefined {
  return and(
    transcriptIds && inArray(id, transcriptIds),
    timeRanges && inArray(id, [...new Set(timeRanges.map((range) => range.transcriptId))]),
  );
}
