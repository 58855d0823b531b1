import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Playhead } from '../schemas/playhead.ts';
import type { Scope } from '../schemas/scope.ts';
import { readMetadataFilter } from './metadata-filter.ts';
import { checkPlayhead } from './playhead.ts';
import { readMoment } from './read-moment.ts';

/**
 * Checks that everything a scope names is the user's, and what its schema cannot say of it.
 *
 * @param given without one it is the whole library, or the transcript of the playhead alone
 * @returns the scope with its ids as the database writes them; for what a playhead leaves of it see
 *   {@link heardAt}
 * @throws AppError `not_found`, the same for a foreign id and for one that never was;
 *   `validation_failed` with the place in `/scope` or `/playhead`
 */
export async function checkScope(
  repositories: Repositories,
  userId: string,
  given: Scope | undefined,
  playhead?: Playhead,
): Promise<Scope> {
  const own = playhead ? { transcriptIds: [playhead.transcriptId] } : {};
  const scope = readScope(given ?? own);
  const named = new Set([
    ...namedTranscripts(scope),
    ...(playhead ? [playhead.transcriptId.toLowerCase()] : []),
  ]);
  const owned = await repositories.transcripts.getOwnedIds(userId, [...named]);
  if (owned.length !== named.size) throw new AppError('not_found');
  if (playhead) await checkPlayhead(repositories, userId, scope, playhead);
  return scope;
}

/**
 * What can be said of a scope without asking whose its transcripts are.
 *
 * @returns the scope with its ids as the database writes them
 * @throws AppError `validation_failed` with the place in `/scope`
 */
export function readScope({ metadata, ...scope }: Scope): Scope {
  for (const name of ['publishedAfter', 'publishedBefore'] as const) {
    const moment = scope[name];
    if (moment !== undefined) readMoment(moment, `/scope/${name}`);
  }
  // A filter refers to itself, so that its schema could say that it is wrong, but not where.
  const filter =
    metadata === undefined ? {} : { metadata: readMetadataFilter(metadata, '/scope/metadata') };
  return withLowerCaseIds({ ...scope, ...filter });
}

/** The ids that a scope has, some maybe more than once. */
export function namedTranscripts({ transcriptIds = [], timeRanges = [] }: Scope): string[] {
  return [...transcriptIds, ...timeRanges.map(({ transcriptId }) => transcriptId)];
}

/** A UUID may be written in upper case; PostgreSQL writes it in lower case, and so it is compared. */
function withLowerCaseIds({ transcriptIds, timeRanges, ...scope }: Scope): Scope {
  return {
    ...scope,
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
