import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Scope } from '../schemas/scope.ts';

/**
 * Checks that everything a scope names is the user's.
 *
 * @returns the scope with its ids as the database writes them
 * @throws AppError `not_found`, the same for a foreign id and for one that never was
 */
export async function checkScope(
  repositories: Repositories,
  userId: string,
  given: Scope,
): Promise<Scope> {
  const scope = withLowerCaseIds(given);
  const named = new Set([
    ...(scope.transcriptIds ?? []),
    ...(scope.timeRanges ?? []).map((range) => range.transcriptId),
  ]);
  const owned = await repositories.transcripts.getOwnedIds(userId, [...named]);
  if (owned.length !== named.size) throw new AppError('not_found');
  return scope;
}

/** A UUID may be written in upper case; PostgreSQL writes it in lower case, and so it is compared. */
function withLowerCaseIds({ transcriptIds, timeRanges }: Scope): Scope {
  return {
    ...(transcriptIds ? { transcriptIds: transcriptIds.map((id) => id.toLowerCase()) } : {}),
    ...(timeRanges
      ? {
          timeRanges: timeRanges.map((range) => ({
            ...range,
            transcriptId: range.transcriptId.toLowerCase(),
          })),
        }
      : {}),
  };
}

/**
 * Whether a span of time is in a scope; both are in milliseconds. To touch a range is not to be in
 * it; a range without length is the moment that it names.
 */
export function spanInScope(
  scope: Scope,
  transcriptId: string,
  span: { startMs: number | null; endMs: number | null },
): boolean {
  if (!scope.timeRanges) return true;
  const { startMs, endMs } = span;
  if (startMs === null || endMs === null) return false;
  return scope.timeRanges.some(
    (range) =>
      range.transcriptId === transcriptId &&
      startMs < Math.max(range.endMs, range.startMs + 1) &&
      (endMs > range.startMs || startMs === range.startMs),
  );
}
