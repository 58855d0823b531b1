import { AppError, invalidValue } from '../../errors.ts';
import { checkExportOptions } from '../../library/export-options.ts';
import type { Repositories } from '../../repositories/index.ts';
import { slicesOf } from '../../repositories/slices.ts';
import { checkScope } from '../../retrieval/scope.ts';
import { ExportRequest } from '../../schemas/exports.ts';
import { type AcceptedJob, defineRequest } from '../handler.ts';

/** More ids are a file of the job: its parameters come with every list of jobs. */
const MOST_LISTED_IDS = 100;

/** Ids that one statement takes. */
const IDS_AT_ONCE = 10_000;

/** An export of many transcripts. */
export const exportRequest = defineRequest({
  type: 'export',
  body: ExportRequest,
  async accept(repositories, userId, bodies) {
    await checkIds(
      repositories,
      userId,
      bodies.flatMap(({ transcriptIds = [] }) => transcriptIds.map(lowerCase)),
    );
    const accepted: AcceptedJob[] = [];
    for (const { scope, transcriptIds, format = 'json', ...options } of bodies) {
      checkExportOptions({ format, ...options }, '');
      if (!transcriptIds) {
        const checked = await checkScope(repositories, userId, scope);
        accepted.push({ parameters: { scope: checked, format, ...options } });
      } else if (scope) throw invalidValue('/transcriptIds', 'cannot be together with scope');
      else {
        const ids = [...new Set(transcriptIds.map(lowerCase))];
        const { input, ...parameters } = storedIds(ids);
        const job = { parameters: { ...parameters, format, ...options } };
        accepted.push(input ? { ...job, input } : job);
      }
    }
    return accepted;
  },
});

/** @throws AppError `not_found` when one is not the user's */
async function checkIds(
  { transcripts }: Repositories,
  userId: string,
  ids: readonly string[],
): Promise<void> {
  for (const slice of slicesOf([...new Set(ids)], IDS_AT_ONCE)) {
    const owned = await transcripts.getOwnedIds(userId, slice);
    if (owned.length !== slice.length) throw new AppError('not_found');
  }
}

function storedIds(ids: string[]) {
  if (ids.length <= MOST_LISTED_IDS) return { transcriptIds: ids };
  const bytes = Buffer.from(JSON.stringify(ids));
  const input = { name: 'transcript-ids.json', mediaType: 'application/json', bytes };
  return { transcriptCount: ids.length, input };
}

const lowerCase = (id: string): string => id.toLowerCase();
