import { type AnyColumn, and, eq, gt, inArray, lt, or, type SQL } from 'drizzle-orm';
import { chunks } from '../db/schema/index.ts';
import type { Scope } from '../schemas/scope.ts';

/** The condition that a chunk is in a scope; undefined for the whole library. */
export function chunkInScope(scope: Scope): SQL | undefined {
  const { transcriptIds, timeRanges } = scope;
  return and(
    transcriptIds && inArray(chunks.transcriptId, transcriptIds),
    timeRanges &&
      or(
        ...timeRanges.map((range) =>
          and(
            eq(chunks.transcriptId, range.transcriptId),
            lt(chunks.startMs, Math.max(range.endMs, range.startMs + 1)),
            or(gt(chunks.endMs, range.startMs), eq(chunks.startMs, range.startMs)),
          ),
        ),
      ),
  );
}

/** Whether all of a transcript is in a scope, or nothing of it: it names no more than transcripts. */
export function isOfWholeTranscripts({ transcriptIds: _ids, ...others }: Scope): boolean {
  return Object.values(others).every((value) => value === undefined);
}

/** The condition that a transcript may have chunks in a scope; undefined for the whole library. */
export function transcriptInScope(id: AnyColumn, scope: Scope): SQL | undefined {
  const { transcriptIds, timeRanges } = scope;
  return and(
    transcriptIds && inArray(id, transcriptIds),
    timeRanges && inArray(id, [...new Set(timeRanges.map((range) => range.transcriptId))]),
  );
}
