import type { ResolvedScope } from '../schemas/scope.ts';
import type { Segment } from '../schemas/segments.ts';
import { cutSegment } from '../transcripts/cut-segment.ts';
import { spanInScope } from './scope.ts';

/**
 * What of a segment is in a scope: all of it, or, where the scope ends at a moment within it, what
 * has been said by then; see {@link cutSegment}.
 */
export function heard<T extends Segment>(
  scope: ResolvedScope,
  transcriptId: string,
  segment: T,
): T | undefined {
  const { speakers, until } = scope;
  if (!spanInScope(scope, transcriptId, segment)) return undefined;
  if (speakers && (segment.speaker === null || !speakers.includes(segment.speaker))) {
    return undefined;
  }
  return until?.transcriptId === transcriptId ? cutSegment(segment, until.atMs) : segment;
}
