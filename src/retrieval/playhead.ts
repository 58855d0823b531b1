import { invalidValue } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import { MAX_INTEGER } from '../schemas/common.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { ResolvedScope, Scope } from '../schemas/scope.ts';

/** What is said within so many ms of a moment is said around it. */
export const AROUND_MS = 60_000;

/**
 * Checks that a playhead is in a transcript with times, and that the scope holds something of it.
 *
 * @throws AppError `validation_failed`
 */
export async function checkPlayhead(
  { library }: Repositories,
  userId: string,
  scope: Scope,
  playhead: Playhead,
): Promise<void> {
  const path = '/playhead/transcriptId';
  const transcriptId = playhead.transcriptId.toLowerCase();
  const whole = { transcriptId, startMs: 0, endMs: MAX_INTEGER };
  const timed = await library.measure(userId, { timeRanges: [whole] });
  if (timed.chunks === 0) throw invalidValue(path, 'must be a transcript with times');
  const named = scope.transcriptIds?.includes(transcriptId) ?? true;
  const held = await library.measure(userId, { ...scope, transcriptIds: [transcriptId] });
  if (!named || held.chunks === 0) throw invalidValue(path, 'must be in the scope');
}

/** What somebody at a playhead may know of a scope: up to here, nothing that is said later. */
export function heardAt(scope: Scope, playhead: Playhead | undefined): ResolvedScope {
  if (playhead?.mode !== 'upToHere') return scope;
  const { transcriptId, atMs } = playhead;
  return { ...scope, until: { transcriptId: transcriptId.toLowerCase(), atMs } };
}

/** The same for who reads or counts segments: what was said of a chunk that goes on is in scope. */
export function begunAt(scope: Scope, playhead: Playhead | undefined): ResolvedScope {
  const { until, ...others } = heardAt(scope, playhead);
  return until ? { ...others, until: { ...until, begun: true } } : others;
}
