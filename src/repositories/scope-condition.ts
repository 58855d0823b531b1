import { and, eq, gte, inArray, lte, or, type SQL } from 'drizzle-orm';
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
            lte(chunks.startMs, range.endMs),
            gte(chunks.endMs, range.startMs),
          ),
        ),
      ),
  );
}
